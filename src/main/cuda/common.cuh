// What all kernels share. A kernel has one parameter, the address of its record: a struct of pointers, extents and
// numbers that the backend writes into device memory. Only records change from step to step, so a graph of launches
// fits every later step.
#pragma once

#ifdef GRISAILLE_STAND_IN
#include "stand_in.h"
#else
#define KERNEL(name, threads, Record) \
    extern "C" __global__ void __launch_bounds__(threads) name(const Record* __restrict__ record)
#define DYNAMIC_SHARED(name) extern __shared__ __align__(16) float name[]
#endif

/** Threads of a block, except in products. */
constexpr int THREADS = 256;
constexpr int WARP = 32;
constexpr unsigned ALL_LANES = 0xffffffffu;

/** Runs over 0 … n − 1 with all threads of the grid. */
#define EACH(i, n) \
    for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x, step_of_##i = gridDim.x * blockDim.x; i < (unsigned) (n); \
            i += step_of_##i)

/** The sum of one value a thread, returned to every thread. The order is fixed. Blocks have THREADS threads. */
__device__ inline double block_sum(double value) {
    __shared__ double of_warps[THREADS / WARP];
    for (int far = WARP / 2; far > 0; far /= 2) {
        value += __shfl_xor_sync(ALL_LANES, value, far);
    }
    // wait until the sums of the last call have been read
    __syncthreads();
    if (threadIdx.x % WARP == 0) {
        of_warps[threadIdx.x / WARP] = value;
    }
    __syncthreads();
    double sum = 0;
    for (int warp = 0; warp < THREADS / WARP; warp++) {
        sum += of_warps[warp];
    }
    return sum;
}

/** Whether this block is the last of so many to come here. It sees what the others wrote. The counter is then 0. */
__device__ inline bool last_block(unsigned* counter, unsigned blocks) {
    __shared__ bool last;
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) {
        last = atomicInc(counter, blocks - 1) == blocks - 1;
    }
    __syncthreads();
    __threadfence();
    return last;
}

/** Memory for a sum over the whole grid: one value a block, and a counter that is 0. */
struct GridSum {
    double* partials;
    unsigned* counter;
};

/** The sum of one value a thread of the grid, of at most THREADS blocks. True in the one thread that has the sum. */
__device__ inline bool grid_sum(const GridSum& place, double value, double& total) {
    double own = block_sum(value);
    if (gridDim.x == 1) {
        total = own;
        return threadIdx.x == 0;
    }
    if (threadIdx.x == 0) {
        place.partials[blockIdx.x] = own;
    }
    if (!last_block(place.counter, gridDim.x)) {
        return false;
    }
    total = block_sum(threadIdx.x < gridDim.x ? __ldcg(place.partials + threadIdx.x) : 0);
    return threadIdx.x == 0;
}
