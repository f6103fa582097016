// Sums over columns, and normalisation by column (batch normalisation) and by item (layer normalisation).
#pragma once
#include "maths.cuh"

/**
 * How a matrix is divided among blocks. Each block has {@code lanes} columns (a power of two, at most 32) and {@code
 * chunk_rows} rows, which are a chunk. The last block for some columns combines their chunks, in order.
 */
struct Columns {
    double* partials;
    unsigned* counters;
    int rows;
    int columns;
    int lanes;
    int chunk_rows;
};

/** Where a thread works in its block's part of the matrix. */
struct ColumnThread {
    int column;
    int lane_row;
    int rows_at_once;
    int first_row;
    int last_row;

    __device__ ColumnThread(const Columns& c) {
        rows_at_once = THREADS / c.lanes;
        column = blockIdx.x * c.lanes + threadIdx.x % c.lanes;
        lane_row = threadIdx.x / c.lanes;
        first_row = blockIdx.y * c.chunk_rows;
        last_row = min(c.rows, first_row + c.chunk_rows);
    }
};

/** The sum of the values of all threads of one column, returned to each of them. The order is fixed. */
__device__ inline double column_sum(const Columns& c, double value) {
    __shared__ double values[THREADS];
    __syncthreads();
    values[threadIdx.x] = value;
    __syncthreads();
    for (int half = THREADS / 2; half >= c.lanes; half /= 2) {
        if ((int) threadIdx.x < half) {
            values[threadIdx.x] += values[threadIdx.x + half];
        }
        __syncthreads();
    }
    return values[threadIdx.x % c.lanes];
}

__device__ inline double* column_partial(const Columns& c, int sum, int chunk, int column) {
    return c.partials + ((long long) sum * gridDim.y + chunk) * c.columns + column;
}

/** Adds up the sums of all chunks. False in all blocks except the last. */
template <int SUMS>
__device__ bool whole_columns(const Columns& c, const ColumnThread& t, double (&sums)[SUMS]) {
    if (gridDim.y == 1) {
        return true;
    }
    bool inside = t.column < c.columns;
    if (inside && t.lane_row == 0) {
        for (int k = 0; k < SUMS; k++) {
            *column_partial(c, k, blockIdx.y, t.column) = sums[k];
        }
    }
    if (!last_block(c.counters + blockIdx.x, gridDim.y)) {
        return false;
    }
    for (int k = 0; k < SUMS; k++) {
        double sum = 0;
        for (int chunk = t.lane_row; inside && chunk < (int) gridDim.y; chunk += t.rows_at_once) {
            sum += __ldcg(column_partial(c, k, chunk, t.column));
        }
        sums[k] = column_sum(c, sum);
    }
    return true;
}

struct ColumnSums {
    Columns columns;
    const float* x;
    float* sums;
    int add;
};

KERNEL(column_sums, THREADS, ColumnSums) {
    const ColumnSums r = *record;
    const ColumnThread t(r.columns);
    float own = 0;
    if (t.column < r.columns.columns) {
        for (int row = t.first_row + t.lane_row; row < t.last_row; row += t.rows_at_once) {
            own += r.x[(long long) row * r.columns.columns + t.column];
        }
    }
    double sums[1] = {column_sum(r.columns, own)};
    if (whole_columns(r.columns, t, sums) && t.lane_row == 0 && t.column < r.columns.columns) {
        r.sums[t.column] = (r.add ? r.sums[t.column] : 0) + (float) sums[0];
    }
}

struct ColumnMoments {
    Columns columns;
    const float* x;
    float* mean;
    float* variance;
};

/**
 * Each chunk has its own mean, and its squares about this mean. The formula of Chan, Golub and LeVeque (1983) combines
 * them. One formula over all rows would lose the variance of data with a large mean.
 */
KERNEL(column_moments, THREADS, ColumnMoments) {
    const ColumnMoments r = *record;
    const Columns& c = r.columns;
    const ColumnThread t(c);
    bool inside = t.column < c.columns;
    const float* x = r.x + t.column;
    float own = 0;
    if (inside) {
        for (int row = t.first_row + t.lane_row; row < t.last_row; row += t.rows_at_once) {
            own += x[(long long) row * c.columns];
        }
    }
    double sum = column_sum(c, own);
    float chunk_mean = (float) (sum / (t.last_row - t.first_row));
    float own_squares = 0;
    float own_deviations = 0;
    if (inside) {
        for (int row = t.first_row + t.lane_row; row < t.last_row; row += t.rows_at_once) {
            float d = x[(long long) row * c.columns] - chunk_mean;
            own_squares += d * d;
            own_deviations += d;
        }
    }
    double squares = column_sum(c, own_squares);
    // the sum again, without the rounding of the first one
    sum = (double) chunk_mean * (t.last_row - t.first_row) + column_sum(c, own_deviations);
    double sums[1] = {sum};
    if (inside && t.lane_row == 0 && gridDim.y > 1) {
        *column_partial(c, 1, blockIdx.y, t.column) = squares;
        *column_partial(c, 2, blockIdx.y, t.column) = chunk_mean;
    }
    if (!whole_columns(c, t, sums)) {
        return;
    }
    double mean = sums[0] / c.rows;
    if (gridDim.y > 1) {
        double all = 0;
        for (int chunk = t.lane_row; inside && chunk < (int) gridDim.y; chunk += t.rows_at_once) {
            int rows = min(c.rows - chunk * c.chunk_rows, c.chunk_rows);
            double off = __ldcg(column_partial(c, 2, chunk, t.column)) - mean;
            double chunk_sum = __ldcg(column_partial(c, 0, chunk, t.column));
            // the squares are about the rounded mean of the chunk, which differs a little from the true mean
            double rest = chunk_sum / rows - mean - off;
            all += __ldcg(column_partial(c, 1, chunk, t.column)) + rows * (off * off + 2 * off * rest);
        }
        squares = column_sum(c, all);
    } else {
        squares -= c.rows * (mean - chunk_mean) * (mean - chunk_mean);
    }
    if (inside && t.lane_row == 0) {
        r.mean[t.column] = (float) mean;
        r.variance[t.column] = greater((float) (squares / c.rows), 0);
    }
}

struct NormalizeColumns {
    const float* x;
    const float* mean;
    const float* variance;
    const float* gain;
    const float* shift;
    float* y;
    float* activated;
    int n;
    int columns;
    int function;
    float slope;
    float epsilon;
};

__device__ inline float inverse_deviation(float variance, float epsilon) { return 1 / sqrtf(variance + epsilon); }

/** Also applies the activation that follows, if there is one. */
KERNEL(normalize_columns, THREADS, NormalizeColumns) {
    const NormalizeColumns r = *record;
    EACH(i, r.n) {
        int j = i % (unsigned) r.columns;
        float factor = inverse_deviation(r.variance[j], r.epsilon) * r.gain[j];
        float y = (r.x[i] - r.mean[j]) * factor + r.shift[j];
        r.y[i] = y;
        if (r.function != NO_FUNCTION) {
            r.activated[i] = activation(r.function, r.slope, y);
        }
    }
}

struct NormalizeColumnsParameterGradients {
    Columns columns;
    const float* x;
    const float* dy;
    const float* mean;
    const float* variance;
    float* d_gain;
    float* d_shift;
    int add;
    float epsilon;
};

KERNEL(normalize_columns_parameter_gradients, THREADS, NormalizeColumnsParameterGradients) {
    const NormalizeColumnsParameterGradients r = *record;
    const Columns& c = r.columns;
    const ColumnThread t(c);
    bool inside = t.column < c.columns;
    float own = 0;
    float own_products = 0;
    if (inside) {
        float mean = r.mean[t.column];
        for (int row = t.first_row + t.lane_row; row < t.last_row; row += t.rows_at_once) {
            long long i = (long long) row * c.columns + t.column;
            own += r.dy[i];
            own_products += r.dy[i] * (r.x[i] - mean);
        }
    }
    double sums[2] = {column_sum(c, own), column_sum(c, own_products)};
    if (whole_columns(c, t, sums) && t.lane_row == 0 && inside) {
        double normal = sums[1] * inverse_deviation(r.variance[t.column], r.epsilon);
        r.d_shift[t.column] = (r.add ? r.d_shift[t.column] : 0) + (float) sums[0];
        r.d_gain[t.column] = (r.add ? r.d_gain[t.column] : 0) + (float) normal;
    }
}

struct NormalizeColumnsInputGradient {
    const float* x;
    const float* dy;
    const float* mean;
    const float* variance;
    const float* gain;
    const float* sum_dy_normal;
    const float* sum_dy;
    float* dx;
    int n;
    int rows;
    int columns;
    float epsilon;
};

KERNEL(normalize_columns_input_gradient, THREADS, NormalizeColumnsInputGradient) {
    const NormalizeColumnsInputGradient r = *record;
    EACH(i, r.n) {
        int j = i % (unsigned) r.columns;
        float inverse = inverse_deviation(r.variance[j], r.epsilon);
        float slope = r.sum_dy_normal[j] / r.rows * inverse;
        r.dx[i] = inverse * r.gain[j] * (r.dy[i] - r.sum_dy[j] / r.rows - (r.x[i] - r.mean[j]) * slope);
    }
}

struct ItemMoments {
    const float* x;
    float* mean;
    float* variance;
    int item;
};

/** Each item has a block. */
KERNEL(item_moments, THREADS, ItemMoments) {
    const ItemMoments r = *record;
    const float* x = r.x + (long long) blockIdx.x * r.item;
    double own = 0;
    for (int j = threadIdx.x; j < r.item; j += THREADS) {
        own += x[j];
    }
    float mean = (float) (block_sum(own) / r.item);
    double squares = 0;
    for (int j = threadIdx.x; j < r.item; j += THREADS) {
        double d = x[j] - mean;
        squares += d * d;
    }
    squares = block_sum(squares);
    if (threadIdx.x == 0) {
        r.mean[blockIdx.x] = mean;
        r.variance[blockIdx.x] = (float) (squares / r.item);
    }
}

struct NormalizeItems {
    const float* x;
    const float* mean;
    const float* variance;
    const float* gain;
    const float* shift;
    float* y;
    int n;
    int item;
    float epsilon;
};

KERNEL(normalize_items, THREADS, NormalizeItems) {
    const NormalizeItems r = *record;
    EACH(i, r.n) {
        int row = i / (unsigned) r.item;
        int j = i % (unsigned) r.item;
        float inverse = inverse_deviation(r.variance[row], r.epsilon);
        r.y[i] = (r.x[i] - r.mean[row]) * inverse * r.gain[j] + r.shift[j];
    }
}

/** A column is a place in an item, and a row is an item. */
KERNEL(normalize_items_parameter_gradients, THREADS, NormalizeColumnsParameterGradients) {
    const NormalizeColumnsParameterGradients r = *record;
    const Columns& c = r.columns;
    const ColumnThread t(c);
    bool inside = t.column < c.columns;
    float own = 0;
    float own_products = 0;
    if (inside) {
        for (int row = t.first_row + t.lane_row; row < t.last_row; row += t.rows_at_once) {
            long long i = (long long) row * c.columns + t.column;
            float inverse = inverse_deviation(r.variance[row], r.epsilon);
            own += r.dy[i];
            own_products += r.dy[i] * ((r.x[i] - r.mean[row]) * inverse);
        }
    }
    double sums[2] = {column_sum(c, own), column_sum(c, own_products)};
    if (whole_columns(c, t, sums) && t.lane_row == 0 && inside) {
        r.d_shift[t.column] = (r.add ? r.d_shift[t.column] : 0) + (float) sums[0];
        r.d_gain[t.column] = (r.add ? r.d_gain[t.column] : 0) + (float) sums[1];
    }
}

struct NormalizeItemsInputGradient {
    const float* x;
    const float* dy;
    const float* mean;
    const float* variance;
    const float* gain;
    float* dx;
    int item;
    float epsilon;
};

/** Each item has a block. */
KERNEL(normalize_items_input_gradient, THREADS, NormalizeItemsInputGradient) {
    const NormalizeItemsInputGradient r = *record;
    long long at = (long long) blockIdx.x * r.item;
    float mean = r.mean[blockIdx.x];
    float inverse = inverse_deviation(r.variance[blockIdx.x], r.epsilon);
    double sum = 0;
    double sum_normal = 0;
    for (int j = threadIdx.x; j < r.item; j += THREADS) {
        float g = r.gain[j] * r.dy[at + j];
        sum += g;
        sum_normal += g * ((r.x[at + j] - mean) * inverse);
    }
    float mean_g = (float) (block_sum(sum) / r.item);
    float mean_g_normal = (float) (block_sum(sum_normal) / r.item);
    for (int j = threadIdx.x; j < r.item; j += THREADS) {
        float normal = (r.x[at + j] - mean) * inverse;
        r.dx[at + j] = inverse * (r.gain[j] * r.dy[at + j] - mean_g - normal * mean_g_normal);
    }
}
