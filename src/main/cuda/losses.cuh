// Sums and extreme values of a whole tensor, and losses. A kernel reads its tensors once for the value and the gradients of a loss.
#pragma once
#include "maths.cuh"

struct Sum {
    GridSum place;
    const float* x;
    float* total;
    int n;
    int squares;
    int add;
};

KERNEL(sum, THREADS, Sum) {
    const Sum r = *record;
    double own = 0;
    if (r.squares) {
        EACH(i, r.n) own += (double) r.x[i] * r.x[i];
    } else {
        EACH(i, r.n) own += r.x[i];
    }
    double total;
    if (grid_sum(r.place, own, total)) {
        *r.total = (float) ((r.add ? *r.total : 0) + total);
    }
}

struct Extreme {
    GridSum place;
    const float* x;
    float* result;
    int n;
    float sign;
};

/** The greatest of one value a thread, returned to every thread. */
__device__ inline float block_greatest(float value) {
    __shared__ float values[THREADS];
    __syncthreads();
    values[threadIdx.x] = value;
    __syncthreads();
    for (int half = THREADS / 2; half > 0; half /= 2) {
        if ((int) threadIdx.x < half) {
            values[threadIdx.x] = greater(values[threadIdx.x], values[threadIdx.x + half]);
        }
        __syncthreads();
    }
    return values[0];
}

/** The greatest value. With a sign of −1 it is the least value, which is −max(−x). */
KERNEL(extreme, THREADS, Extreme) {
    const Extreme r = *record;
    const float lowest = -__int_as_float(0x7f800000);
    float own = lowest;
    EACH(i, r.n) own = greater(own, r.sign * r.x[i]);
    own = block_greatest(own);
    if (gridDim.x > 1) {
        if (threadIdx.x == 0) {
            r.place.partials[blockIdx.x] = own;
        }
        if (!last_block(r.place.counter, gridDim.x)) {
            return;
        }
        own = block_greatest(threadIdx.x < gridDim.x ? (float) __ldcg(r.place.partials + threadIdx.x) : lowest);
    }
    if (threadIdx.x == 0) {
        *r.result = r.sign * own;
    }
}

struct ItemDots {
    const float* a;
    const float* b;
    float* y;
    int item;
};

/** Each item has a block. */
KERNEL(item_dots, THREADS, ItemDots) {
    const ItemDots r = *record;
    const float* a = r.a + (long long) blockIdx.x * r.item;
    const float* b = r.b + (long long) blockIdx.x * r.item;
    double own = 0;
    for (int i = threadIdx.x; i < r.item; i += THREADS) {
        own += (double) a[i] * b[i];
    }
    double sum = block_sum(own);
    if (threadIdx.x == 0) {
        r.y[blockIdx.x] = (float) sum;
    }
}

/** The constants of tensor.PointwiseLoss, in the same order. */
enum LossKind { SQUARED, ABSOLUTE, BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY_ON_LOGITS, HINGE, WASSERSTEIN };

struct PointwiseLoss {
    GridSum place;
    const float* prediction;
    const float* target;
    float* value;
    float* gradient;
    int n;
    int kind;
    int one_target;
    int each;
    float factor;
};

KERNEL(pointwise_loss, THREADS, PointwiseLoss) {
    const PointwiseLoss r = *record;
    double own = 0;
    EACH(i, r.n) {
        float t = r.target[r.one_target ? 0 : i];
        float x = r.prediction[i];
        float loss;
        float slope;
        switch (r.kind) {
            case SQUARED: {
                float d = x - t;
                loss = d * d;
                slope = 2 * r.factor * d;
                break;
            }
            case ABSOLUTE: {
                float d = x - t;
                loss = fabsf(d);
                slope = r.factor * (d > 0 ? 1 : d < 0 ? -1 : d);
                break;
            }
            case BINARY_CROSS_ENTROPY: {
                float log_p = greater(logarithm(x), -100);
                float log_q = greater(logarithm(1 - x), -100);
                loss = -t * log_p - (1 - t) * log_q;
                slope = r.factor * ((x - t) / greater(x * (1 - x), 1e-12f));
                break;
            }
            case BINARY_CROSS_ENTROPY_ON_LOGITS:
                loss = cross_entropy_on_logit(x, t);
                slope = r.factor * (sigmoid(x) - t);
                break;
            case HINGE: {
                float margin = 1 - t * x;
                loss = greater(margin, 0);
                slope = margin > 0 ? -r.factor * t : margin <= 0 ? 0 : margin;
                break;
            }
            default:
                loss = -t * x;
                slope = -r.factor * t;
                break;
        }
        if (r.each) {
            r.value[i] = r.factor * loss;
        }
        own += loss;
        r.gradient[i] = slope;
    }
    if (r.each) {
        return;
    }
    double total;
    if (grid_sum(r.place, own, total)) {
        *r.value = (float) (total * r.factor);
    }
}

struct SoftmaxCrossEntropy {
    GridSum place;
    const float* logits;
    const float* target;
    float* value;
    float* gradient;
    int rows;
    int width;
    int each;
    float factor;
};

template <typename Number>
__device__ inline Number warp_sum(Number value) {
    for (int far = WARP / 2; far > 0; far /= 2) {
        value += __shfl_xor_sync(ALL_LANES, value, far);
    }
    return value;
}

/** Each row has a warp. */
KERNEL(softmax_cross_entropy, THREADS, SoftmaxCrossEntropy) {
    const SoftmaxCrossEntropy r = *record;
    int lane = threadIdx.x % WARP;
    double own = 0;
    int warps = gridDim.x * (THREADS / WARP);
    for (int row = blockIdx.x * (THREADS / WARP) + threadIdx.x / WARP; row < r.rows; row += warps) {
        const float* x = r.logits + (long long) row * r.width;
        const float* target = r.target + (long long) row * r.width;
        float* gradient = r.gradient + (long long) row * r.width;
        float maximum = -__int_as_float(0x7f800000);
        for (int j = lane; j < r.width; j += WARP) {
            maximum = greater(x[j], maximum);
        }
        for (int far = WARP / 2; far > 0; far /= 2) {
            maximum = greater(__shfl_xor_sync(ALL_LANES, maximum, far), maximum);
        }
        float sum = 0;
        float mass = 0;
        for (int j = lane; j < r.width; j += WARP) {
            sum += exponential(x[j] - maximum);
            mass += target[j];
        }
        sum = warp_sum(sum);
        mass = warp_sum(mass);
        float log_sum = logarithm(sum);
        for (int j = lane; j < r.width; j += WARP) {
            float t = target[j];
            // 0 · log 0 is 0
            if (t != 0) {
                own -= (double) t * (x[j] - maximum - log_sum);
            }
            gradient[j] = r.factor * (exponential(x[j] - maximum) / sum * mass - t);
        }
        if (r.each) {
            double loss = warp_sum(own);
            if (lane == 0) {
                r.value[row] = (float) (loss * r.factor);
            }
            own = 0;
        }
    }
    if (r.each) {
        return;
    }
    double total;
    if (grid_sum(r.place, own, total)) {
        *r.value = (float) (total * r.factor);
    }
}

struct GaussianKl {
    GridSum place;
    const float* mean;
    const float* log_variance;
    float* value;
    float* d_mean;
    float* d_log_variance;
    int n;
    float factor;
};

KERNEL(gaussian_kl, THREADS, GaussianKl) {
    const GaussianKl r = *record;
    double own = 0;
    EACH(i, r.n) {
        float m = r.mean[i];
        float l = r.log_variance[i];
        float variance = exponential(l);
        // ∞ − ∞ would be NaN
        float rest = variance > 3.40282347e38f ? 0 : l;
        own += 0.5 * ((double) m * m + variance - 1 - rest);
        r.d_mean[i] = r.factor * m;
        r.d_log_variance[i] = r.factor * 0.5f * (variance - 1);
    }
    double total;
    if (grid_sum(r.place, own, total)) {
        *r.value = (float) (total * r.factor);
    }
}

struct NormPenalty {
    GridSum place;
    const float* squares;
    float* value;
    float* slopes;
    int n;
    float target;
    float factor;
};

KERNEL(norm_penalty, THREADS, NormPenalty) {
    const NormPenalty r = *record;
    double own = 0;
    EACH(i, r.n) {
        double norm = sqrt((double) r.squares[i]);
        double excess = norm - r.target;
        own += excess * excess;
        // for the target 0 the penalty is ‖v‖², whose gradient 2v is smooth at 0 too
        double share = r.target == 0 ? 1 : norm == 0 ? 0 : excess / norm;
        r.slopes[i] = (float) (2 * r.factor * share);
    }
    double total;
    if (grid_sum(r.place, own, total)) {
        *r.value = (float) (total * r.factor);
    }
}

struct Closeness {
    const float* x;
    const float* dy;
    float* result;
    int items;
    int groups;
    int width;
};

__device__ inline float similarity(const float* own, const float* other, int width) {
    float distance = 0;
    for (int i = 0; i < width; i++) {
        distance += fabsf(own[i] - other[i]);
    }
    return exponential(-distance);
}

KERNEL(closeness, THREADS, Closeness) {
    const Closeness r = *record;
    EACH(at, r.items * r.groups) {
        const float* own = r.x + at * r.width;
        int group = at % r.groups;
        float sum = 0;
        for (int m = 0; m < r.items; m++) {
            const float* other = r.x + (m * r.groups + group) * r.width;
            if (other != own) {
                sum += similarity(own, other, r.width);
            }
        }
        r.result[at] = sum;
    }
}

/** The pair (n, m) counts in y[n] and in y[m]. So dx[n] = −Σ over m of e^−d · sign(x[n] − x[m]) · (dy[n] + dy[m]). */
KERNEL(closeness_gradient, THREADS, Closeness) {
    const Closeness r = *record;
    EACH(at, r.items * r.groups) {
        const float* own = r.x + at * r.width;
        float* dx = r.result + at * r.width;
        int group = at % r.groups;
        for (int i = 0; i < r.width; i++) {
            dx[i] = 0;
        }
        for (int m = 0; m < r.items; m++) {
            int place = m * r.groups + group;
            const float* other = r.x + place * r.width;
            if (other == own) {
                continue;
            }
            float pull = similarity(own, other, r.width) * (r.dy[at] + r.dy[place]);
            for (int i = 0; i < r.width; i++) {
                float d = own[i] - other[i];
                dx[i] -= pull * (d > 0 ? 1 : d < 0 ? -1 : d);
            }
        }
    }
}
