// Elementary functions in float. They use the same polynomials, in the same order of operations, as the Java backend's
// plain loops, so both give the same bits. The compiler must not fuse a product and a sum into one operation. The
// coefficients are from S. Moshier, Cephes Math Library.
#pragma once
#include "common.cuh"

__device__ inline float power_of_two(int exponent) { return __int_as_float((exponent + 127) << 23); }

/** e^r − 1 for |r| ≤ ½ ln 2. */
__device__ inline float exp_tail(float r) {
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return p * r * r + r;
}

__device__ inline float exponential(float x) {
    if (!(x <= 88.72284f)) {
        return x > 0 ? __int_as_float(0x7f800000) : x;
    }
    if (x < -87.33655f) {
        return 0;
    }
    float n = x * 1.44269504f + 12582912.0f - 12582912.0f;
    float r = x - n * 0.693359375f - n * -2.12194440e-4f;
    int power = (int) n;
    int half = power >> 1;
    return (exp_tail(r) + 1) * power_of_two(half) * power_of_two(power - half);
}

/** eˣ − 1, accurate near zero too. */
__device__ inline float exponential_minus_one(float x) { return fabsf(x) < 0.34f ? exp_tail(x) : exponential(x) - 1; }

__device__ inline float logarithm(float x) {
    if (!(x >= 1.17549435e-38f && x <= 3.40282347e38f)) {
        return (float) log((double) x);
    }
    int bits = __float_as_int(x);
    int exponent = (bits >> 23) - 126;
    float m = __int_as_float((bits & 0x007fffff) | 0x3f000000);
    if (m < 0.70710678f) {
        exponent--;
        m += m;
    }
    m -= 1;
    float z = m * m;
    float p = 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    float y = m * z * p + exponent * -2.12194440e-4f - 0.5f * z;
    return m + y + exponent * 0.693359375f;
}

__device__ inline float hyperbolic_tangent(float x) {
    float magnitude = fabsf(x);
    if (magnitude < 0.625f) {
        float z = x * x;
        float p = -5.70498872745e-3f;
        p = p * z + 2.06390887954e-2f;
        p = p * z - 5.37397155531e-2f;
        p = p * z + 1.33314422036e-1f;
        p = p * z - 3.33332819422e-1f;
        return p * z * x + x;
    }
    float y = 1 - 2 / (exponential(2 * magnitude) + 1);
    return x < 0 ? -y : y;
}

__device__ inline float sigmoid(float x) { return 1 / (1 + exponential(-x)); }

/** The greater of two numbers. NaN if one of them is NaN. */
__device__ inline float greater(float a, float b) { return a != a || a > b ? a : b; }

__device__ inline float smaller(float a, float b) { return a != a || a < b ? a : b; }

/** log(1 + eˣ). */
__device__ inline float softplus(float x) {
    float tail = exponential(-fabsf(x));
    float sum = 1 + tail;
    float log1p = sum == 1 ? tail : logarithm(sum) * (tail / (sum - 1));
    return greater(x, 0) + log1p;
}

/**
 * softplus(x) − x·t. For an infinite x this formula gives NaN (∞ − ∞ or 0 · ∞). The result is then ∞, or 0 if t agrees
 * with x.
 */
__device__ inline float cross_entropy_on_logit(float x, float t) {
    if (fabsf(x) > 3.40282347e38f) {
        float doubt = x > 0 ? 1 - t : t;
        return doubt == 0 ? 0 : doubt * fabsf(x);
    }
    return softplus(x) - x * t;
}

__device__ inline float sin_near_zero(float x) {
    float z = x * x;
    float p = -1.9515295891e-4f;
    p = p * z + 8.3321608736e-3f;
    p = p * z - 1.6666654611e-1f;
    return p * z * x + x;
}

__device__ inline float cos_near_zero(float x) {
    float z = x * x;
    float p = 2.443315711809948e-5f;
    p = p * z - 1.388731625493765e-3f;
    p = p * z + 4.166664568298827e-2f;
    return p * z * z - 0.5f * z + 1;
}

/** sin(2π · turn) and cos(2π · turn) for a turn from 0 to 1. */
__device__ inline void sin_cos_of_turn(float turn, float& sine, float& cosine) {
    int quarter = (int) (turn * 4 + 0.5f);
    float angle = (turn - quarter * 0.25f) * 6.2831855f;
    float s = sin_near_zero(angle);
    float c = cos_near_zero(angle);
    sine = (quarter & 1) == 0 ? s : c;
    cosine = (quarter & 1) == 0 ? c : s;
    sine = (quarter & 2) == 0 ? sine : -sine;
    cosine = ((quarter + 1) & 2) == 0 ? cosine : -cosine;
}

/** The constants of tensor.Activation.Kind, in the same order, and no function. */
enum Function { RELU, LEAKY_RELU, ELU, TANH, SIGMOID, SOFTPLUS, EXP, NO_FUNCTION };

__device__ inline float activation(int f, float slope, float x) {
    switch (f) {
        case RELU: return greater(x, 0);
        case LEAKY_RELU: return x > 0 ? x : slope * x;
        case ELU: return x > 0 ? x : slope * exponential_minus_one(x);
        case TANH: return hyperbolic_tangent(x);
        case SIGMOID: return sigmoid(x);
        case SOFTPLUS: return softplus(x);
        case EXP: return exponential(x);
        default: return x;
    }
}

/** dy · 0, and 0 if dy is infinite or NaN: the gradient of a ReLU below zero. */
__device__ inline float nothing_of(float dy) {
    float product = dy * 0;
    return product == 0 ? product : 0;
}

/** dy · f′(x), where y = f(x). */
__device__ inline float activation_gradient(int f, float slope, float x, float y, float dy) {
    switch (f) {
        case RELU: return x <= 0 ? nothing_of(dy) : dy;
        case LEAKY_RELU: return x > 0 ? dy : slope * dy;
        case ELU: return x > 0 ? dy : dy * (y + slope);
        case TANH: return dy * (1 - y * y);
        case SIGMOID: return dy * (y * (1 - y));
        case SOFTPLUS: return dy * sigmoid(x);
        default: return dy * y;
    }
}

/** dy · direction · f″(x). */
__device__ inline float activation_curvature(int f, float slope, float x, float y, float dy, float direction) {
    switch (f) {
        case RELU:
        case LEAKY_RELU: return 0;
        case ELU: return x > 0 ? 0 : dy * direction * (y + slope);
        case TANH: return dy * direction * (-2 * y * (1 - y * y));
        case SIGMOID: return dy * direction * (y * (1 - y) * (1 - 2 * y));
        case SOFTPLUS: {
            float s = sigmoid(x);
            return dy * direction * (s * (1 - s));
        }
        default: return dy * direction * y;
    }
}
