// Kernels that work value by value.
#pragma once
#include "maths.cuh"

enum SimpleKind { FILL, COPY, ADD, SUBTRACT, MULTIPLY, SCALE, SHIFT, STEP };

struct SimpleOperation {
    const float* a;
    const float* b;
    float* y;
    int kind;
    int n;
    float number;
    int unused;
};

/** Operations that are done one after another: one operation on any grid, or several small ones on one block. */
struct Simple {
    int count;
    int unused;
    SimpleOperation operations[1];
};

KERNEL(simple, THREADS, Simple) {
    int count = record->count;
    for (int k = 0; k < count; k++) {
        const SimpleOperation o = record->operations[k];
        // an operation may read what the last one wrote
        const float* a = o.a;
        const float* b = o.b;
        switch (o.kind) {
            case FILL: EACH(i, o.n) o.y[i] = o.number; break;
            case COPY: EACH(i, o.n) o.y[i] = a[i]; break;
            case ADD: EACH(i, o.n) o.y[i] = a[i] + b[i]; break;
            case SUBTRACT: EACH(i, o.n) o.y[i] = a[i] - b[i]; break;
            case MULTIPLY: EACH(i, o.n) o.y[i] = a[i] * b[i]; break;
            case SCALE: EACH(i, o.n) o.y[i] = a[i] * o.number; break;
            case SHIFT: EACH(i, o.n) o.y[i] = a[i] + o.number; break;
            default: EACH(i, o.n) o.y[i] = a[i] > o.number ? 1 : 0; break;
        }
        __syncthreads();
    }
}

struct GatherRows {
    const float* x;
    float* y;
    int width;
    int count;
    int rows[1];
};

KERNEL(gather_rows, THREADS, GatherRows) {
    unsigned width = record->width;
    const float* x = record->x;
    float* y = record->y;
    EACH(i, record->count * width) y[i] = x[record->rows[i / width] * width + i % width];
}

struct CopyColumns {
    const float* x;
    float* y;
    int rows;
    int from;
    int width;
    int to;
    int step;
    int count;
};

KERNEL(copy_columns, THREADS, CopyColumns) {
    const CopyColumns r = *record;
    EACH(i, r.rows * r.count) {
        unsigned row = i / r.count;
        unsigned column = i % r.count;
        r.y[row * r.step + r.to + column] = r.x[row * r.width + r.from + column];
    }
}

/** The row of a table that a label names, or −1 if there is no such row. */
__device__ inline int row_of(float label, int rows) {
    int row = label >= 0 && label < 2147483648.0f ? (int) label : -1;
    return row == label && row < rows ? row : -1;
}

struct LookUp {
    const float* table;
    const float* labels;
    float* y;
    int n;
    int width;
    int rows;
};

KERNEL(look_up, THREADS, LookUp) {
    const LookUp r = *record;
    EACH(i, r.n) {
        int row = row_of(r.labels[i / (unsigned) r.width], r.rows);
        r.y[i] = row < 0 ? __int_as_float(0x7fc00000) : r.table[(unsigned) row * r.width + i % (unsigned) r.width];
    }
}

struct LookUpGradient {
    const float* dy;
    const float* labels;
    float* d_table;
    int rows;
    int width;
    int count;
    int add;
};

/** Each row of the table has a block, and each thread adds the gradients of one value in the order of the labels. */
KERNEL(look_up_gradient, THREADS, LookUpGradient) {
    const LookUpGradient r = *record;
    int row = blockIdx.x;
    for (int j = threadIdx.x; j < r.width; j += THREADS) {
        double sum = 0;
        for (int i = 0; i < r.count; i++) {
            if (row_of(r.labels[i], r.rows) == row) {
                sum += r.dy[i * r.width + j];
            }
        }
        float* d = r.d_table + row * r.width + j;
        *d = (r.add ? *d : 0) + (float) sum;
    }
}

struct ScaleItems {
    const float* x;
    const float* factors;
    float* y;
    int n;
    int item;
};

KERNEL(scale_items, THREADS, ScaleItems) {
    const ScaleItems r = *record;
    EACH(i, r.n) r.y[i] = r.factors[i / r.item] * r.x[i];
}

struct Clamp {
    const float* x;
    float* y;
    int n;
    float low;
    float high;
};

KERNEL(clamp, THREADS, Clamp) {
    const Clamp r = *record;
    EACH(i, r.n) r.y[i] = smaller(greater(r.x[i], r.low), r.high);
}

struct InverseRoot {
    const float* x;
    float* y;
    int n;
    float epsilon;
};

/** In double precision, as on the CPU. */
KERNEL(inverse_root, THREADS, InverseRoot) {
    const InverseRoot r = *record;
    EACH(i, r.n) r.y[i] = (float) (1 / sqrt((double) r.x[i] + r.epsilon));
}

struct Activate {
    const float* x;
    float* y;
    int n;
    int function;
    float slope;
};

KERNEL(activate, THREADS, Activate) {
    const Activate r = *record;
    EACH(i, r.n) r.y[i] = activation(r.function, r.slope, r.x[i]);
}

struct ActivateGradient {
    const float* x;
    const float* y;
    const float* dy;
    float* dx;
    int n;
    int function;
    float slope;
};

KERNEL(activate_gradient, THREADS, ActivateGradient) {
    const ActivateGradient r = *record;
    EACH(i, r.n) r.dx[i] = activation_gradient(r.function, r.slope, r.x[i], r.y[i], r.dy[i]);
}

struct ActivateCurvature {
    const float* x;
    const float* y;
    const float* dy;
    const float* direction;
    float* dx;
    int n;
    int function;
    float slope;
};

KERNEL(activate_curvature, THREADS, ActivateCurvature) {
    const ActivateCurvature r = *record;
    EACH(i, r.n) r.dx[i] = activation_curvature(r.function, r.slope, r.x[i], r.y[i], r.dy[i], r.direction[i]);
}

/** Where one launch works on several tensors, each tensor has blocks of its own, of so many values. */
constexpr int VALUES_A_BLOCK = 4 * THREADS;

struct AdamTensor {
    const float* gradient;
    float* first;
    float* second;
    float* value;
    int n;
    int first_block;
};

struct Adam {
    int count;
    float beta1;
    float keep1;
    float beta2;
    float keep2;
    float rate;
    float inverse_root2;
    float epsilon;
    float shrink;
    int unused;
    AdamTensor tensors[1];
};

KERNEL(adam, THREADS, Adam) {
    int at = 0;
    while (at + 1 < record->count && record->tensors[at + 1].first_block <= (int) blockIdx.x) {
        at++;
    }
    const AdamTensor t = record->tensors[at];
    unsigned from = (blockIdx.x - t.first_block) * VALUES_A_BLOCK;
    for (unsigned i = from + threadIdx.x; i < from + VALUES_A_BLOCK && i < (unsigned) t.n; i += THREADS) {
        float g = t.gradient[i];
        float m = record->beta1 * t.first[i] + record->keep1 * g;
        float v = record->beta2 * t.second[i] + record->keep2 * g * g;
        t.first[i] = m;
        t.second[i] = v;
        t.value[i] = t.value[i] * record->shrink
                - record->rate * m / (sqrtf(v) * record->inverse_root2 + record->epsilon);
    }
}

struct Sgd {
    const float* gradient;
    float* velocity;
    float* value;
    int n;
    int nesterov;
    float rate;
    float momentum;
    float weight_decay;
};

KERNEL(sgd, THREADS, Sgd) {
    const Sgd r = *record;
    EACH(i, r.n) {
        float g = r.gradient[i] + r.weight_decay * r.value[i];
        if (r.velocity) {
            r.velocity[i] = r.momentum * r.velocity[i] + g;
            g = r.nesterov ? g + r.momentum * r.velocity[i] : r.velocity[i];
        }
        r.value[i] -= r.rate * g;
    }
}

struct Rmsprop {
    const float* gradient;
    float* square_average;
    float* velocity;
    float* value;
    int n;
    float rate;
    float decay;
    float epsilon;
    float momentum;
};

KERNEL(rmsprop, THREADS, Rmsprop) {
    const Rmsprop r = *record;
    EACH(i, r.n) {
        float g = r.gradient[i];
        r.square_average[i] = r.decay * r.square_average[i] + (1 - r.decay) * g * g;
        float move = g / (sqrtf(r.square_average[i]) + r.epsilon);
        if (r.velocity) {
            r.velocity[i] = r.momentum * r.velocity[i] + move;
            move = r.velocity[i];
        }
        r.value[i] -= r.rate * move;
    }
}

struct ClipByNorm {
    const float* total;
    float* gradient;
    int n;
    float limit;
};

KERNEL(clip_by_norm, THREADS, ClipByNorm) {
    const ClipByNorm r = *record;
    float norm = sqrtf(*r.total);
    // a norm that is NaN makes all values NaN
    if (!(norm <= r.limit)) {
        float factor = r.limit / norm;
        EACH(i, r.n) r.gradient[i] = r.gradient[i] * factor;
    }
}

struct FlaggedTensor {
    const float* x;
    int n;
    int slot;
    int first_block;
    int unused;
};

struct FlagNonFinite {
    float* flags;
    int count;
    float step;
    FlaggedTensor tensors[1];
};

KERNEL(flag_non_finite, THREADS, FlagNonFinite) {
    int at = 0;
    while (at + 1 < record->count && record->tensors[at + 1].first_block <= (int) blockIdx.x) {
        at++;
    }
    const FlaggedTensor t = record->tensors[at];
    unsigned from = (blockIdx.x - t.first_block) * VALUES_A_BLOCK;
    bool finite = true;
    for (unsigned i = from + threadIdx.x; i < from + VALUES_A_BLOCK && i < (unsigned) t.n; i += THREADS) {
        // x · 0 is 0 for every finite x and NaN otherwise
        finite = finite && t.x[i] * 0 == 0;
    }
    // several threads may write here, but they all write the same value
    if (!finite && record->flags[t.slot] == 0) {
        record->flags[t.slot] = record->step;
    }
}
