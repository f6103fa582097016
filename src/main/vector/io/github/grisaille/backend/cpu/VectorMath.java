package io.github.grisaille.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The functions of {@link FastMath} on vectors and with fused multiply-adds. The errors are as small. */
final class VectorMath {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** Adding it to a float leaves the nearest whole number in the low bits. */
    private static final float TO_WHOLE = 12582912f;

    private static final float EXP_OVERFLOW = 88.72284f;
    private static final float EXP_UNDERFLOW = -87.33655f;
    private static final int EXPONENT_BIAS = 127;
    private static final int MANTISSA_BITS = 23;
    /** The distance from the bit with the value 2 to the sign bit. */
    private static final int SIGN_OF_TWO = 30;

    private static final float ROOT_2 = 1.41421356f;
    private static final float ROOT_HALF = 0.70710678f;
    private static final float TWO_PI = 6.2831855f;

    // vectors of constants: the JIT stops inlining if many are made in a method
    private static final FloatVector EXP_7 = FloatVector.broadcast(SPECIES, 1.9875691500e-4f);
    private static final FloatVector EXP_6 = FloatVector.broadcast(SPECIES, 1.3981999507e-3f);
    private static final FloatVector EXP_5 = FloatVector.broadcast(SPECIES, 8.3334519073e-3f);
    private static final FloatVector EXP_4 = FloatVector.broadcast(SPECIES, 4.1665795894e-2f);
    private static final FloatVector EXP_3 = FloatVector.broadcast(SPECIES, 1.6666665459e-1f);
    private static final FloatVector EXP_2 = FloatVector.broadcast(SPECIES, 5.0000001201e-1f);
    private static final FloatVector TANH_11 = FloatVector.broadcast(SPECIES, -5.70498872745e-3f);
    private static final FloatVector TANH_9 = FloatVector.broadcast(SPECIES, 2.06390887954e-2f);
    private static final FloatVector TANH_7 = FloatVector.broadcast(SPECIES, -5.37397155531e-2f);
    private static final FloatVector TANH_5 = FloatVector.broadcast(SPECIES, 1.33314422036e-1f);
    private static final FloatVector TANH_3 = FloatVector.broadcast(SPECIES, -3.33332819422e-1f);
    private static final FloatVector LOG_11 = FloatVector.broadcast(SPECIES, 7.0376836292e-2f);
    private static final FloatVector LOG_10 = FloatVector.broadcast(SPECIES, -1.1514610310e-1f);
    private static final FloatVector LOG_9 = FloatVector.broadcast(SPECIES, 1.1676998740e-1f);
    private static final FloatVector LOG_8 = FloatVector.broadcast(SPECIES, -1.2420140846e-1f);
    private static final FloatVector LOG_7 = FloatVector.broadcast(SPECIES, 1.4249322787e-1f);
    private static final FloatVector LOG_6 = FloatVector.broadcast(SPECIES, -1.6668057665e-1f);
    private static final FloatVector LOG_5 = FloatVector.broadcast(SPECIES, 2.0000714765e-1f);
    private static final FloatVector LOG_4 = FloatVector.broadcast(SPECIES, -2.4999993993e-1f);
    private static final FloatVector LOG_3 = FloatVector.broadcast(SPECIES, 3.3333331174e-1f);
    private static final FloatVector LOG2_E = FloatVector.broadcast(SPECIES, 1.44269504f);
    private static final FloatVector ROUNDER = FloatVector.broadcast(SPECIES, TO_WHOLE);
    private static final FloatVector MINUS_LN2_LOW = FloatVector.broadcast(SPECIES, -LN2_LOW);
    private static final FloatVector MINUS_LN2_HIGH = FloatVector.broadcast(SPECIES, -LN2_HIGH);
    private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1);
    private static final FloatVector FOUR = FloatVector.broadcast(SPECIES, 4);
    private static final FloatVector MINUS_HALF = FloatVector.broadcast(SPECIES, -0.5f);
    private static final FloatVector MINUS_QUARTER = FloatVector.broadcast(SPECIES, -0.25f);
    private static final FloatVector SIN_7 = FloatVector.broadcast(SPECIES, -1.9515295891e-4f);
    private static final FloatVector SIN_5 = FloatVector.broadcast(SPECIES, 8.3321608736e-3f);
    private static final FloatVector SIN_3 = FloatVector.broadcast(SPECIES, -1.6666654611e-1f);
    private static final FloatVector COS_8 = FloatVector.broadcast(SPECIES, 2.443315711809948e-5f);
    private static final FloatVector COS_6 = FloatVector.broadcast(SPECIES, -1.388731625493765e-3f);
    private static final FloatVector COS_4 = FloatVector.broadcast(SPECIES, 4.166664568298827e-2f);
    private static final FloatVector TWO = FloatVector.broadcast(SPECIES, 2);

    private VectorMath() {}

    /** eˣ; 0 below −87.34 and infinity above 88.72. */
    static FloatVector exp(FloatVector x) {
        FloatVector y = expInRange(x.max(EXP_UNDERFLOW).min(EXP_OVERFLOW));
        return y.blend(0, x.compare(VectorOperators.LT, EXP_UNDERFLOW))
                .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, EXP_OVERFLOW));
    }

    /** eˣ for x from −87.34 to 88.72. */
    private static FloatVector expInRange(FloatVector x) {
        FloatVector shifted = x.fma(LOG2_E, ROUNDER);
        FloatVector n = shifted.sub(TO_WHOLE);
        FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, x));
        FloatVector p = expTail(r).add(1);
        // 2ⁿ is made as two factors, because 2¹²⁸ is no float. They are written out: with a method for them, the JIT
        // reached its limit for inlining in tanh.
        IntVector power = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(TO_WHOLE));
        IntVector half = power.lanewise(VectorOperators.ASHR, 1);
        FloatVector first = half.add(EXPONENT_BIAS)
                .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                .reinterpretAsFloats();
        FloatVector second = power.sub(half)
                .add(EXPONENT_BIAS)
                .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                .reinterpretAsFloats();
        return p.mul(first).mul(second);
    }

    /** e^r − 1 for |r| ≤ ½ ln 2. */
    private static FloatVector expTail(FloatVector r) {
        FloatVector p = r.fma(EXP_7, EXP_6);
        p = p.fma(r, EXP_5);
        p = p.fma(r, EXP_4);
        p = p.fma(r, EXP_3);
        p = p.fma(r, EXP_2);
        return p.fma(r.mul(r), r);
    }

    /** eˣ − 1, accurate near zero. */
    static FloatVector expm1(FloatVector x) {
        return exp(x).sub(1).blend(expTail(x), x.abs().compare(VectorOperators.LT, 0.34f));
    }

    static FloatVector tanh(FloatVector x) {
        FloatVector magnitude = x.abs();
        FloatVector z = x.mul(x);
        FloatVector p = z.fma(TANH_11, TANH_9);
        p = p.fma(z, TANH_7);
        p = p.fma(z, TANH_5);
        p = p.fma(z, TANH_3);
        FloatVector small = p.mul(z).fma(x, x);
        FloatVector e = expInRange(magnitude.add(magnitude).min(EXP_OVERFLOW));
        FloatVector large = ONE.sub(TWO.div(e.add(1)));
        large = large.blend(large.neg(), x.compare(VectorOperators.LT, 0));
        return large.blend(small, magnitude.compare(VectorOperators.LT, 0.625f));
    }

    static FloatVector sigmoid(FloatVector x) {
        FloatVector e = expInRange(x.neg().max(EXP_UNDERFLOW).min(EXP_OVERFLOW));
        return ONE.div(e.add(1));
    }

    /** e^−|x|. Softplus and sigmoid are computed from it. */
    static FloatVector expOfMinusMagnitude(FloatVector x) {
        return expInRange(x.abs().neg().max(EXP_UNDERFLOW));
    }

    /** The sigmoid of x, given e^−|x|. */
    static FloatVector sigmoid(FloatVector x, FloatVector e) {
        FloatVector top = ONE.blend(e, x.compare(VectorOperators.LT, 0));
        return top.div(e.add(1));
    }

    /** log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|), given e^−|x|. */
    static FloatVector softplus(FloatVector x, FloatVector e) {
        FloatVector u = e.add(1);
        VectorMask<Float> big = u.compare(VectorOperators.GT, ROOT_2);
        FloatVector m = u.blend(u.mul(0.5f), big).sub(1);
        FloatVector log = logOnePlus(m, FloatVector.zero(SPECIES).blend(1, big));
        // 1 + e is rounded, and this quotient corrects the logarithm for that
        FloatVector lost = u.sub(1);
        FloatVector log1p = log.mul(e.div(lost)).blend(e, lost.compare(VectorOperators.EQ, 0));
        return x.max(0).add(log1p);
    }

    /** See {@link FastMath#boxMuller}; {@code count} is a whole number of vectors. */
    static void boxMuller(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) {
            log(FloatVector.fromArray(SPECIES, x, i)).mul(-2).sqrt().intoArray(x, i);
        }
        for (int i = 0; i < count; i += SPECIES.length()) {
            turn(x, y, i);
        }
    }

    /** Makes a point from a radius and a turn: x = r cos 2πt and y = r sin 2πt. */
    private static void turn(float[] x, float[] y, int i) {
        FloatVector radius = FloatVector.fromArray(SPECIES, x, i);
        FloatVector turn = FloatVector.fromArray(SPECIES, y, i);
        FloatVector shifted = turn.fma(FOUR, ROUNDER);
        IntVector quarter = shifted.reinterpretAsInts();
        FloatVector angle = shifted.sub(TO_WHOLE).fma(MINUS_QUARTER, turn).mul(TWO_PI);
        FloatVector z = angle.mul(angle);
        IntVector sine = sine(angle, z).mul(radius).reinterpretAsInts();
        IntVector cosine = cosine(z).mul(radius).reinterpretAsInts();
        VectorMask<Integer> odd = quarter.and(1).compare(VectorOperators.NE, 0);
        IntVector cosineSign = quarter.add(1).and(2).lanewise(VectorOperators.LSHL, SIGN_OF_TWO);
        IntVector sineSign = quarter.and(2).lanewise(VectorOperators.LSHL, SIGN_OF_TWO);
        cosine.blend(sine, odd)
                .lanewise(VectorOperators.XOR, cosineSign)
                .reinterpretAsFloats()
                .intoArray(x, i);
        sine.blend(cosine, odd)
                .lanewise(VectorOperators.XOR, sineSign)
                .reinterpretAsFloats()
                .intoArray(y, i);
    }

    private static FloatVector sine(FloatVector x, FloatVector z) {
        FloatVector p = z.fma(SIN_7, SIN_5).fma(z, SIN_3);
        return p.mul(z).fma(x, x);
    }

    private static FloatVector cosine(FloatVector z) {
        FloatVector p = z.fma(COS_8, COS_6).fma(z, COS_4);
        return p.mul(z).fma(z, z.fma(MINUS_HALF, ONE));
    }

    /** The natural logarithm of normal floats above 0. */
    private static FloatVector log(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        FloatVector exponent = (FloatVector) bits.lanewise(VectorOperators.LSHR, MANTISSA_BITS)
                .sub(EXPONENT_BIAS - 1)
                .convert(VectorOperators.I2F, 0);
        FloatVector m = bits.and(0x007FFFFF).or(0x3F000000).reinterpretAsFloats();
        VectorMask<Float> low = m.compare(VectorOperators.LT, ROOT_HALF);
        m = m.blend(m.add(m), low).sub(1);
        exponent = exponent.blend(exponent.sub(1), low);
        return logOnePlus(m, exponent);
    }

    /** log(1 + m) + exponent · log 2 for 1 + m from √½ to √2. */
    private static FloatVector logOnePlus(FloatVector m, FloatVector exponent) {
        FloatVector z = m.mul(m);
        FloatVector p = m.fma(LOG_11, LOG_10);
        p = p.fma(m, LOG_9);
        p = p.fma(m, LOG_8);
        p = p.fma(m, LOG_7);
        p = p.fma(m, LOG_6);
        p = p.fma(m, LOG_5);
        p = p.fma(m, LOG_4);
        p = p.fma(m, LOG_3);
        FloatVector y = m.mul(z).fma(p, exponent.mul(LN2_LOW)).sub(z.mul(0.5f));
        return m.add(y).add(exponent.mul(LN2_HIGH));
    }
}
