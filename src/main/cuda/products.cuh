// Matrix products on tensor cores (TF32) or in float, and convolutions as such products. There is no array of
// patches. The operands are views. A view says where in memory a value of the matrix is. The value is 0 where a
// window is outside its image.
#pragma once
#include "maths.cuh"

#if defined(GRISAILLE_STAND_IN) || (defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800)
#define HAS_TENSOR_CORES 1
#else
#define HAS_TENSOR_CORES 0
#endif

/** Threads of a block, in four warps. */
constexpr int PRODUCT_THREADS = 128;
/** Terms of the sums in a stage. */
constexpr int DEPTH = 16;
/** The number of stages at the same time. With tensor cores, copies to two stages run while the third is used. */
constexpr int STAGES = HAS_TENSOR_CORES ? 3 : 2;
/** Values that a thread copies to a stage at a time. */
constexpr int GRANULE = 4;

/**
 * A matrix. Its rows run along a grid of (item, y, x), and its columns along (tap i, tap j, channel). The value at a
 * row and a column is at item · stride_item + Y · stride_y + X · stride_x + channel, where Y = y · step_y + i · tap_y +
 * origin_y and X = x · step_x + j · tap_x + origin_x. The value is 0 where Y is not in 0 … height − 1 or X is not in
 * 0 … width − 1. In a plain matrix, the grid has one place an item, and there is one tap.
 */
struct View {
    const float* data;
    int rows;
    int columns;
    int grid_height;
    int grid_width;
    int taps_across;
    int channels;
    int step_y;
    int step_x;
    int tap_y;
    int tap_x;
    int origin_y;
    int origin_x;
    int height;
    int width;
    int stride_item;
    int stride_y;
    int stride_x;
    /** Whether each four columns (0 … 3, 4 … 7 and so on) lie together in memory, at a multiple of 16 bytes. */
    int vectors;
};

struct Problem {
    View a;
    View b;
    int m;
    int n;
    int k;
    /** Where row and column 0 are in the result. */
    int out_offset;
    int out_grid_height;
    int out_grid_width;
    int out_stride_item;
    int out_stride_y;
    int out_stride_x;
    int unused;
};

struct Product {
    float* c;
    /** Where the activated result goes, if a function follows. */
    float* activated;
    const float* bias;
    float* partials;
    unsigned* counters;
    int splits;
    int tiles_m;
    int tiles_n;
    /** The number of columns after which the bias begins again. */
    int bias_period;
    int add;
    int function;
    float slope;
    int unused;
    Problem problems[1];
};

__device__ inline void copy_granule(float* shared, const float* global, bool there) {
#if HAS_TENSOR_CORES && !defined(GRISAILLE_STAND_IN)
    unsigned to = (unsigned) __cvta_generic_to_shared(shared);
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(global), "r"(there ? 16 : 0) : "memory");
#else
    for (int i = 0; i < GRANULE; i++) {
        shared[i] = there ? global[i] : 0;
    }
#endif
}

__device__ inline void copy_value(float* shared, const float* global, bool there) {
#if HAS_TENSOR_CORES && !defined(GRISAILLE_STAND_IN)
    unsigned to = (unsigned) __cvta_generic_to_shared(shared);
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(to), "l"(global), "r"(there ? 4 : 0) : "memory");
#else
    *shared = there ? *global : 0;
#endif
}

__device__ inline void close_stage() {
#if HAS_TENSOR_CORES && !defined(GRISAILLE_STAND_IN)
    asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}

/** Waits until all stages except the newest STAGES − 2 are there. */
__device__ inline void await_stage() {
#if HAS_TENSOR_CORES && !defined(GRISAILLE_STAND_IN)
    asm volatile("cp.async.wait_group %0;" ::"n"(STAGES - 2) : "memory");
#endif
    __syncthreads();
}

/** What a row adds to the address. */
struct RowPlace {
    int item;
    int y;
    int x;
    bool there;

    __device__ RowPlace() {}

    __device__ RowPlace(const View& v, int row, int end) {
        there = row < end;
        int cells = v.grid_height * v.grid_width;
        int place = 0;
        int n = row;
        if (cells > 1) {
            n = row / cells;
            place = row - n * cells;
        }
        int across = v.grid_width > 1 ? place / v.grid_width : place;
        item = n * v.stride_item;
        y = across * v.step_y + v.origin_y;
        x = (place - across * v.grid_width) * v.step_x + v.origin_x;
    }
};

/** What a column adds to the address. */
struct ColumnPlace {
    int channel;
    int y;
    int x;
    bool there;

    __device__ ColumnPlace(const View& v, int column, int end) {
        there = column < end;
        int tap = v.channels == v.columns ? 0 : column / v.channels;
        int down = v.taps_across > 1 ? tap / v.taps_across : tap;
        channel = column - tap * v.channels;
        y = down * v.tap_y;
        x = (tap - down * v.taps_across) * v.tap_x;
    }
};

__device__ inline const float* address(const View& v, const RowPlace& r, const ColumnPlace& c, bool& there) {
    int y = r.y + c.y;
    int x = r.x + c.x;
    there = r.there && c.there && (unsigned) y < (unsigned) v.height && (unsigned) x < (unsigned) v.width;
    return there ? v.data + r.item + y * v.stride_y + x * v.stride_x + c.channel : v.data;
}

/**
 * One operand's part of a tile in shared memory: EXTENT rows (or columns) of the result times DEPTH terms. If ALONG is
 * true, the terms run along the view's columns. These lie together in memory, and then also in shared memory. The pitch
 * puts the 32 values that a warp reads at a time into 32 different banks.
 */
template <int EXTENT, bool ALONG>
struct Stage {
    static constexpr int PITCH = ALONG ? DEPTH + 4 : EXTENT + 8;
    static constexpr int FLOATS = ALONG ? EXTENT * PITCH : DEPTH * PITCH;
    static constexpr int GRANULES_A_ROW = (ALONG ? DEPTH : EXTENT) / GRANULE;
    static constexpr int ROWS_AT_ONCE = PRODUCT_THREADS / GRANULES_A_ROW;
    static constexpr int PASSES = (ALONG ? EXTENT : DEPTH) / ROWS_AT_ONCE;

    RowPlace places[ALONG ? PASSES : 1];
    int row;
    int column;
    int first;

    __device__ Stage(const View& v, int first_of_tile) {
        row = threadIdx.x / GRANULES_A_ROW;
        column = threadIdx.x % GRANULES_A_ROW * GRANULE;
        first = first_of_tile;
        if (ALONG) {
            for (int pass = 0; pass < PASSES; pass++) {
                places[pass] = RowPlace(v, first + row + pass * ROWS_AT_ONCE, v.rows);
            }
        }
    }

    static __device__ int at(int outer, int k) { return ALONG ? outer * PITCH + k : k * PITCH + outer; }

    /** Copies the terms from first_k to shared memory, up to last_k. */
    __device__ void load(const View& v, int first_k, int last_k, float* shared) const {
        int from = (ALONG ? first_k : first) + column;
        int end = ALONG ? last_k : v.columns;
#pragma unroll
        for (int pass = 0; pass < PASSES; pass++) {
            int line = row + pass * ROWS_AT_ONCE;
            const RowPlace place = ALONG ? places[pass] : RowPlace(v, first_k + line, last_k);
            float* to = shared + line * PITCH + column;
            bool there;
            if (v.vectors) {
                const float* global = address(v, place, ColumnPlace(v, from, end), there);
                copy_granule(to, global, there);
            } else {
#pragma unroll 1
                for (int i = 0; i < GRANULE; i++) {
                    const float* global = address(v, place, ColumnPlace(v, from + i, end), there);
                    copy_value(to + i, global, there);
                }
            }
        }
    }
};

/** Rounded to the 10 bits after the binary point that the tensor cores read, to the nearest. */
__device__ inline unsigned to_tf32(float value) {
#ifdef GRISAILLE_STAND_IN
    return stand_in::to_tf32(value);
#elif HAS_TENSOR_CORES
    unsigned bits;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(value));
    return bits;
#else
    return __float_as_uint(value);
#endif
}

/** d += a · b for 16×8 · 8×8. The values are distributed over the warp as PTX's mma.m16n8k8 needs them. */
__device__ inline void multiply_fragments(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
#ifdef GRISAILLE_STAND_IN
    stand_in::mma_m16n8k8(d, a, b);
#elif HAS_TENSOR_CORES
    asm volatile(
            "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
            : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#endif
}

/** Rows of the tile that are written at a time. They go through shared memory, so neighbours write to neighbours. */
constexpr int STRIP_ROWS = 32;

#define STRIP_PITCH(tile) (tile + 8)

/** The sums of a tile on tensor cores. Each of four warps has a quarter of the tile, in fragments of 16 × 8. */
template <int TILE>
struct TensorSums {
    static constexpr int QUARTER = TILE / 2;
    static constexpr int DOWN = QUARTER / 16;
    static constexpr int ACROSS = QUARTER / 8;
    static constexpr int COUNT = DOWN * ACROSS * 4;
    static constexpr int STRIPS = DOWN;

    float sums[DOWN][ACROSS][4];
    int group;
    int member;
    int top;
    int left;

    __device__ TensorSums() {
        int warp = threadIdx.x / WARP;
        group = threadIdx.x % WARP / 4;
        member = threadIdx.x % 4;
        top = warp / 2 * QUARTER;
        left = warp % 2 * QUARTER;
        for (int i = 0; i < COUNT; i++) {
            value(i) = 0;
        }
    }

    template <class A, class B>
    __device__ void add(const float* a, const float* b) {
#pragma unroll
        for (int k = 0; k < DEPTH; k += 8) {
            unsigned left_factors[DOWN][4];
            unsigned right_factors[ACROSS][2];
#pragma unroll
            for (int i = 0; i < DOWN; i++) {
                int row = top + i * 16 + group;
                left_factors[i][0] = to_tf32(a[A::at(row, k + member)]);
                left_factors[i][1] = to_tf32(a[A::at(row + 8, k + member)]);
                left_factors[i][2] = to_tf32(a[A::at(row, k + member + 4)]);
                left_factors[i][3] = to_tf32(a[A::at(row + 8, k + member + 4)]);
            }
#pragma unroll
            for (int j = 0; j < ACROSS; j++) {
                int column = left + j * 8 + group;
                right_factors[j][0] = to_tf32(b[B::at(column, k + member)]);
                right_factors[j][1] = to_tf32(b[B::at(column, k + member + 4)]);
            }
#pragma unroll
            for (int i = 0; i < DOWN; i++) {
#pragma unroll
                for (int j = 0; j < ACROSS; j++) {
                    multiply_fragments(sums[i][j], left_factors[i], right_factors[j]);
                }
            }
        }
    }

    __device__ float& value(int i) { return sums[i / 4 / ACROSS][i / 4 % ACROSS][i % 4]; }

    /** Writes a strip: 16 rows of the upper warps, then 16 rows of the lower warps. */
    __device__ void put(int strip, float* shared) const {
        int row = top / QUARTER * 16 + group;
#pragma unroll
        for (int j = 0; j < ACROSS; j++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                shared[(row + i / 2 * 8) * STRIP_PITCH(TILE) + left + j * 8 + member * 2 + i % 2] = sums[strip][j][i];
            }
        }
    }

    /** The row of the tile that is a strip's row. */
    static __device__ int row(int strip, int row) { return row / 16 * QUARTER + strip * 16 + row % 16; }
};

/** The sums of a tile in float. Each thread has every eighth row of every sixteenth column. */
template <int TILE>
struct FloatSums {
    static constexpr int DOWN = TILE / 8;
    static constexpr int ACROSS = TILE / 16;
    static constexpr int COUNT = DOWN * ACROSS;
    static constexpr int STRIPS = TILE / STRIP_ROWS;

    float sums[DOWN][ACROSS];
    int top;
    int left;

    __device__ FloatSums() {
        top = threadIdx.x / 16;
        left = threadIdx.x % 16;
        for (int i = 0; i < COUNT; i++) {
            value(i) = 0;
        }
    }

    template <class A, class B>
    __device__ void add(const float* a, const float* b) {
#pragma unroll 2
        for (int k = 0; k < DEPTH; k++) {
            float right_factors[ACROSS];
#pragma unroll
            for (int j = 0; j < ACROSS; j++) {
                right_factors[j] = b[B::at(left + j * 16, k)];
            }
#pragma unroll
            for (int i = 0; i < DOWN; i++) {
                float left_factor = a[A::at(top + i * 8, k)];
#pragma unroll
                for (int j = 0; j < ACROSS; j++) {
                    sums[i][j] = fmaf(left_factor, right_factors[j], sums[i][j]);
                }
            }
        }
    }

    __device__ float& value(int i) { return sums[i / ACROSS][i % ACROSS]; }

    __device__ void put(int strip, float* shared) const {
#pragma unroll
        for (int i = 0; i < STRIP_ROWS / 8; i++) {
#pragma unroll
            for (int j = 0; j < ACROSS; j++) {
                shared[(top + i * 8) * STRIP_PITCH(TILE) + left + j * 16] = sums[strip * (STRIP_ROWS / 8) + i][j];
            }
        }
    }

    static __device__ int row(int strip, int row) { return strip * STRIP_ROWS + row; }
};

/** Adds the bias and the old value to a sum where wanted, and writes the result. */
__device__ __noinline__ void finish(const Product& r, const Problem& p, int row, int column, float value) {
    int cells = p.out_grid_height * p.out_grid_width;
    int n = cells > 1 ? row / cells : row;
    int place = row - n * cells;
    int y = p.out_grid_width > 1 ? place / p.out_grid_width : place;
    int x = place - y * p.out_grid_width;
    int at = p.out_offset + n * p.out_stride_item + y * p.out_stride_y + x * p.out_stride_x + column;
    if (r.bias) {
        value += r.bias[column % r.bias_period];
    }
    if (r.add) {
        value += r.c[at];
    }
    r.c[at] = value;
    if (r.function != NO_FUNCTION) {
        r.activated[at] = activation(r.function, r.slope, value);
    }
}

/**
 * A block makes one tile, or one split of the tile's sums: blockIdx.x is the tile, and blockIdx.y is the problem and
 * the split. The last block of a tile adds up all splits, in order.
 */
template <int TILE, bool A_ALONG, bool B_ALONG, class Sums>
__device__ void product(const Product& r) {
    typedef Stage<TILE, A_ALONG> A;
    typedef Stage<TILE, B_ALONG> B;
    DYNAMIC_SHARED(stages);
    const Problem& p = r.problems[blockIdx.y / r.splits];
    int split = blockIdx.y % r.splits;
    int tile_m = blockIdx.x / r.tiles_n;
    int tile_n = blockIdx.x % r.tiles_n;
    if (tile_m * TILE >= p.m) {
        return;
    }
    const View a = p.a;
    const View b = p.b;
    int steps = (p.k + DEPTH - 1) / DEPTH;
    int steps_a_split = (steps + r.splits - 1) / r.splits;
    int first_k = min(p.k, split * steps_a_split * DEPTH);
    int last_k = min(p.k, first_k + steps_a_split * DEPTH);
    int own_steps = (last_k - first_k + DEPTH - 1) / DEPTH;
    A stage_a(a, tile_m * TILE);
    B stage_b(b, tile_n * TILE);
    auto load = [&](int step) {
        float* to = stages + step % STAGES * (A::FLOATS + B::FLOATS);
        int k = first_k + step * DEPTH;
        stage_a.load(a, k, last_k, to);
        stage_b.load(b, k, last_k, to + A::FLOATS);
    };
    Sums sums;
#pragma unroll 1
    for (int step = 1 - STAGES; step < own_steps; step++) {
        if (step >= 0) {
            await_stage();
        }
        if (step + STAGES - 1 < own_steps) {
            load(step + STAGES - 1);
        }
        close_stage();
        if (step >= 0) {
            const float* from = stages + step % STAGES * (A::FLOATS + B::FLOATS);
            sums.template add<A, B>(from, from + A::FLOATS);
        }
    }
    if (r.splits > 1) {
        int tile = (blockIdx.y / r.splits) * gridDim.x + blockIdx.x;
        float* partials = r.partials + (long long) tile * r.splits * TILE * TILE + threadIdx.x;
#pragma unroll
        for (int i = 0; i < Sums::COUNT; i++) {
            partials[split * TILE * TILE + i * PRODUCT_THREADS] = sums.value(i);
        }
        if (!last_block(r.counters + tile, r.splits)) {
            return;
        }
#pragma unroll
        for (int i = 0; i < Sums::COUNT; i++) {
            sums.value(i) = 0;
        }
#pragma unroll 1
        for (int k = 0; k < r.splits; k++) {
#pragma unroll
            for (int i = 0; i < Sums::COUNT; i++) {
                sums.value(i) += __ldcg(partials + k * TILE * TILE + i * PRODUCT_THREADS);
            }
        }
    }
#pragma unroll
    for (int strip = 0; strip < Sums::STRIPS; strip++) {
        __syncthreads();
        sums.put(strip, stages);
        __syncthreads();
#pragma unroll 1
        for (int i = threadIdx.x; i < STRIP_ROWS * TILE; i += PRODUCT_THREADS) {
            int row = tile_m * TILE + Sums::row(strip, i / TILE);
            int column = tile_n * TILE + i % TILE;
            if (row < p.m && column < p.n) {
                finish(r, p, row, column, stages[i / TILE * STRIP_PITCH(TILE) + i % TILE]);
            }
        }
    }
}

#define PRODUCT(name, tile, a_along, b_along, Sums) \
    KERNEL(name, PRODUCT_THREADS, Product) { product<tile, a_along, b_along, Sums<tile>>(*record); }

PRODUCT(product_128_aa_float, 128, true, true, FloatSums)
PRODUCT(product_128_ad_float, 128, true, false, FloatSums)
PRODUCT(product_128_da_float, 128, false, true, FloatSums)
PRODUCT(product_128_dd_float, 128, false, false, FloatSums)
PRODUCT(product_64_aa_float, 64, true, true, FloatSums)
PRODUCT(product_64_ad_float, 64, true, false, FloatSums)
PRODUCT(product_64_da_float, 64, false, true, FloatSums)
PRODUCT(product_64_dd_float, 64, false, false, FloatSums)
#if HAS_TENSOR_CORES
PRODUCT(product_128_aa_tf32, 128, true, true, TensorSums)
PRODUCT(product_128_ad_tf32, 128, true, false, TensorSums)
PRODUCT(product_128_da_tf32, 128, false, true, TensorSums)
PRODUCT(product_128_dd_tf32, 128, false, false, TensorSums)
PRODUCT(product_64_aa_tf32, 64, true, true, TensorSums)
PRODUCT(product_64_ad_tf32, 64, true, false, TensorSums)
PRODUCT(product_64_da_tf32, 64, false, true, TensorSums)
PRODUCT(product_64_dd_tf32, 64, false, false, TensorSums)
#endif
