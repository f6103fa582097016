// Lets g++ compile the kernels. The threads of a block are fibers of one host thread. Each runs in turn to the next
// barrier.
#pragma once
#include <math.h>
#include <string.h>
#include <cstdint>

struct Index3 {
    unsigned x, y, z;
};

namespace stand_in {
extern Index3 thread_index, block_index, block_extent, grid_extent;
extern unsigned thread_number;
/** Where each thread shows its values to its warp. */
extern uint64_t exchanged[1024][8];

/** Waits for the threads of the warp, or of the block, that have not ended. */
void await_warp();
void await_block();

/** Memory that the launch asked for. */
float* dynamic_shared();

struct Registration {
    Registration(const char* name, unsigned threads, void (*kernel)(const void*));
};

/** Rounded to the 10 bits after the binary point that the tensor cores read, ties away from zero. */
inline uint32_t to_tf32(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x7f800000u) == 0x7f800000u ? bits : (bits + 0x1000u) & 0xffffe000u;
}

inline float from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

inline unsigned first_of_warp() { return thread_number & ~31u; }

/** Each thread shows its fragments, then makes its four values of the 16 × 8 result. */
inline void mma_m16n8k8(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    uint32_t own[6] = {a[0], a[1], a[2], a[3], b[0], b[1]};
    memcpy(exchanged[thread_number], own, sizeof own);
    await_warp();
    unsigned group = thread_number % 32 / 4;
    unsigned member = thread_number % 4;
    for (int i = 0; i < 4; i++) {
        float sum = d[i];
        for (unsigned k = 0; k < 8; k++) {
            uint32_t left[6], right[6];
            memcpy(left, exchanged[first_of_warp() + group * 4 + k % 4], sizeof left);
            memcpy(right, exchanged[first_of_warp() + (member * 2 + i % 2) * 4 + k % 4], sizeof right);
            sum += from_bits(left[k / 4 * 2 + i / 2]) * from_bits(right[4 + k / 4]);
        }
        d[i] = sum;
    }
    await_warp();
}
}  // namespace stand_in

#define __global__
#define __device__
#define __noinline__ __attribute__((noinline))
#define __shared__ static
#define threadIdx stand_in::thread_index
#define blockIdx stand_in::block_index
#define blockDim stand_in::block_extent
#define gridDim stand_in::grid_extent

#define KERNEL(name, threads, Record)                                                                             \
    static void name(const Record* record);                                                                       \
    static const stand_in::Registration registration_of_##name(                                                   \
            #name, threads, reinterpret_cast<void (*)(const void*)>(name));                                        \
    static void name(const Record* record)
#define DYNAMIC_SHARED(name) float* name = stand_in::dynamic_shared()

inline void __syncthreads() { stand_in::await_block(); }
inline void __threadfence() {}

template <class T>
T __shfl_xor_sync(unsigned, T value, int mask) {
    memcpy(stand_in::exchanged[stand_in::thread_number], &value, sizeof value);
    stand_in::await_warp();
    T other;
    memcpy(&other, stand_in::exchanged[stand_in::thread_number ^ mask], sizeof other);
    stand_in::await_warp();
    return other;
}

inline unsigned atomicInc(unsigned* counter, unsigned last) {
    unsigned old = *counter;
    *counter = old >= last ? 0 : old + 1;
    return old;
}

template <class T>
T __ldcg(const T* place) {
    return *place;
}

inline float __int_as_float(int bits) { return stand_in::from_bits(static_cast<uint32_t>(bits)); }
inline int __float_as_int(float value) {
    int bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}
inline int min(int a, int b) { return a < b ? a : b; }
inline int max(int a, int b) { return a > b ? a : b; }
