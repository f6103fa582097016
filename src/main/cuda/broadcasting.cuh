// Operands that are repeated along some axes, and sums over axes.
#pragma once
#include "maths.cuh"

/** An axis of BroadcastAxes. The axes of a record are in the order of memory, the innermost first. */
struct BroadcastAxis {
    int extent;
    int step_of_a;
    int step_of_b;
};

struct Broadcast {
    const float* a;
    const float* b;
    float* y;
    int n;
    int multiply;
    int count;
    BroadcastAxis axes[1];
};

KERNEL(broadcast, THREADS, Broadcast) {
    const float* a = record->a;
    const float* b = record->b;
    float* y = record->y;
    bool multiply = record->multiply;
    int count = record->count;
    EACH(i, record->n) {
        unsigned rest = i;
        unsigned place_in_a = 0;
        unsigned place_in_b = 0;
        for (int k = 0; k < count; k++) {
            const BroadcastAxis axis = record->axes[k];
            unsigned index = rest % axis.extent;
            rest /= axis.extent;
            place_in_a += index * axis.step_of_a;
            place_in_b += index * axis.step_of_b;
        }
        y[i] = multiply ? a[place_in_a] * b[place_in_b] : a[place_in_a] + b[place_in_b];
    }
}

/** The axes are those of y and x. */
struct Repeat {
    const float* x;
    float* y;
    int n;
    int count;
    BroadcastAxis axes[1];
};

KERNEL(repeat, THREADS, Repeat) {
    const float* x = record->x;
    float* y = record->y;
    int count = record->count;
    EACH(i, record->n) {
        unsigned rest = i;
        unsigned place = 0;
        for (int k = 0; k < count; k++) {
            const BroadcastAxis axis = record->axes[k];
            place += rest % axis.extent * axis.step_of_b;
            rest /= axis.extent;
        }
        y[i] = x[place];
    }
}

struct Blend {
    const float* a;
    const float* b;
    const float* share;
    float* y;
    int n;
    int run;
};

/** So many values in a row have one share. */
KERNEL(blend, THREADS, Blend) {
    const Blend r = *record;
    EACH(i, r.n) {
        float share = r.share[i / (unsigned) r.run];
        r.y[i] = share * r.a[i] + (1 - share) * r.b[i];
    }
}

/** The axes are those of x and y, and y is repeated along the axes that are summed. */
struct SumOver {
    const float* x;
    float* y;
    int n;
    int terms;
    int add;
    int count;
    BroadcastAxis axes[1];
};

/** The place in x of one index, which runs over the axes that are summed or over the others. */
__device__ inline unsigned place_along(const SumOver* r, bool summed, unsigned index) {
    unsigned place = 0;
    for (int k = 0; k < r->count; k++) {
        const BroadcastAxis axis = r->axes[k];
        if ((axis.step_of_b == 0) == summed) {
            place += index % axis.extent * axis.step_of_a;
            index /= axis.extent;
        }
    }
    return place;
}

/** Each sum has a thread. */
KERNEL(sum_over_by_threads, THREADS, SumOver) {
    EACH(i, record->n) {
        const float* x = record->x + place_along(record, false, i);
        double sum = 0;
        for (int term = 0; term < record->terms; term++) {
            sum += x[place_along(record, true, term)];
        }
        record->y[i] = (record->add ? record->y[i] : 0) + (float) sum;
    }
}

/** Each sum has a block. */
KERNEL(sum_over_by_blocks, THREADS, SumOver) {
    const float* x = record->x + place_along(record, false, blockIdx.x);
    double own = 0;
    for (int term = threadIdx.x; term < record->terms; term += THREADS) {
        own += x[place_along(record, true, term)];
    }
    double sum = block_sum(own);
    if (threadIdx.x == 0) {
        float* y = record->y + blockIdx.x;
        *y = (record->add ? *y : 0) + (float) sum;
    }
}
