package io.github.grisaille.backend.cpu;

/**
 * Elementary functions in float. Each reduces its argument and then evaluates a polynomial. They use no table and do
 * not call the runtime, so they give the same bits everywhere. Coefficients: S. Moshier, Cephes Math Library.
 *
 * <p>Largest errors, over all floats of the range given, against double precision: {@link #exp} 1.5e-7 relative (−87.3
 * to 88.7), {@link #log} 1.5e-7 relative or 6e-8 absolute, {@link #tanh} 2e-7 absolute, {@link #sigmoid} 2e-7 absolute,
 * sine and cosine of a turn 2e-7 absolute.
 */
final class FastMath {
    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** Adding it to a float and then subtracting it rounds the float to the nearest whole number. */
    private static final float ROUNDER = 12582912f;

    private static final float EXP_OVERFLOW = 88.72284f;
    private static final float EXP_UNDERFLOW = -87.33655f;
    private static final int EXPONENT_BIAS = 127;
    private static final int MANTISSA_BITS = 23;
    private static final float TWO_PI = 6.2831855f;

    private FastMath() {}

    /** eˣ; 0 below −87.34 (no subnormal results) and infinity above 88.72. */
    static float exp(float x) {
        if (!(x <= EXP_OVERFLOW)) {
            return x > 0 ? Float.POSITIVE_INFINITY : x;
        }
        if (x < EXP_UNDERFLOW) {
            return 0;
        }
        float n = x * LOG2_E + ROUNDER - ROUNDER;
        float r = x - n * LN2_HIGH - n * LN2_LOW;
        int power = (int) n;
        int half = power >> 1;
        return (expTail(r) + 1) * powerOfTwo(half) * powerOfTwo(power - half);
    }

    /** eˣ − 1, accurate near zero. */
    static float expm1(float x) {
        return Math.abs(x) < 0.34f ? expTail(x) : exp(x) - 1;
    }

    /** e^r − 1 for |r| ≤ ½ ln 2. */
    private static float expTail(float r) {
        float p = 1.9875691500e-4f;
        p = p * r + 1.3981999507e-3f;
        p = p * r + 8.3334519073e-3f;
        p = p * r + 4.1665795894e-2f;
        p = p * r + 1.6666665459e-1f;
        p = p * r + 5.0000001201e-1f;
        return p * r * r + r;
    }

    private static float powerOfTwo(int exponent) {
        return Float.intBitsToFloat(exponent + EXPONENT_BIAS << MANTISSA_BITS);
    }

    /** The natural logarithm; −∞ at 0, NaN below. */
    static float log(float x) {
        if (!(x >= Float.MIN_NORMAL && x <= Float.MAX_VALUE)) {
            return (float) StrictMath.log(x);
        }
        int exponent = Math.getExponent(x) + 1;
        float m = Float.intBitsToFloat(Float.floatToRawIntBits(x) & 0x007FFFFF | 0x3F000000);
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
        float y = m * z * p + exponent * LN2_LOW - 0.5f * z;
        return m + y + exponent * LN2_HIGH;
    }

    static float tanh(float x) {
        float magnitude = Math.abs(x);
        if (magnitude < 0.625f) {
            float z = x * x;
            float p = -5.70498872745e-3f;
            p = p * z + 2.06390887954e-2f;
            p = p * z - 5.37397155531e-2f;
            p = p * z + 1.33314422036e-1f;
            p = p * z - 3.33332819422e-1f;
            return p * z * x + x;
        }
        float y = 1 - 2 / (exp(2 * magnitude) + 1);
        return x < 0 ? -y : y;
    }

    static float sigmoid(float x) {
        return 1 / (1 + exp(-x));
    }

    /** log(1 + eˣ), which is max(x, 0) + log(1 + e^−|x|). */
    static float softplus(float x) {
        float tail = exp(-Math.abs(x));
        float sum = 1 + tail;
        float log1p = sum == 1 ? tail : log(sum) * (tail / (sum - 1));
        return Math.max(x, 0) + log1p;
    }

    /** sin(2π · turn) for a turn from 0 to 1. */
    static float sinOfTurn(float turn) {
        int quarter = (int) (turn * 4 + 0.5f);
        float angle = (turn - quarter * 0.25f) * TWO_PI;
        float y = (quarter & 1) == 0 ? sinNearZero(angle) : cosNearZero(angle);
        return (quarter & 2) == 0 ? y : -y;
    }

    /** cos(2π · turn) for a turn from 0 to 1. */
    static float cosOfTurn(float turn) {
        int quarter = (int) (turn * 4 + 0.5f);
        float angle = (turn - quarter * 0.25f) * TWO_PI;
        float y = (quarter & 1) == 0 ? cosNearZero(angle) : sinNearZero(angle);
        return ((quarter + 1) & 2) == 0 ? y : -y;
    }

    private static float sinNearZero(float x) {
        float z = x * x;
        float p = -1.9515295891e-4f;
        p = p * z + 8.3321608736e-3f;
        p = p * z - 1.6666654611e-1f;
        return p * z * x + x;
    }

    private static float cosNearZero(float x) {
        float z = x * x;
        float p = 2.443315711809948e-5f;
        p = p * z - 1.388731625493765e-3f;
        p = p * z + 4.166664568298827e-2f;
        return p * z * z - 0.5f * z + 1;
    }

    /**
     * Makes two normals from u and v in (0, 1) (Box and Muller 1958): x = √(−2 log u) cos 2πv and y = √(−2 log u) sin
     * 2πv. The array x holds u before, and y holds v.
     */
    static void boxMuller(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            float radius = (float) Math.sqrt(-2 * log(x[i]));
            float turn = y[i];
            x[i] = radius * cosOfTurn(turn);
            y[i] = radius * sinOfTurn(turn);
        }
    }
}
