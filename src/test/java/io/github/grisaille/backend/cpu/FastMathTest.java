package io.github.grisaille.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The error bounds that FastMath promises, at every 97th float of each range. */
class FastMathTest {
    private interface FloatFunction {
        float at(float x);
    }

    private static double worst(float from, float to, FloatFunction f, DoubleUnaryOperator exact, boolean relative) {
        double worst = 0;
        for (float x = from; x <= to; x = step(x)) {
            double expected = exact.applyAsDouble(x);
            double error = Math.abs(f.at(x) - expected);
            worst = Math.max(worst, relative ? error / Math.abs(expected) : error);
        }
        return worst;
    }

    /** The float 97 steps after x. Near zero it leaves the subnormal floats instead. */
    private static float step(float x) {
        if (Math.abs(x) < 1e-30f) {
            return x < 0 ? 0 : Math.max(x, 1e-30f) * 1.0001f;
        }
        int bits = Float.floatToRawIntBits(x);
        return Float.intBitsToFloat(x > 0 ? bits + 97 : bits - 97);
    }

    @Test
    void exponential() {
        assertThat(worst(-87.3f, 88.7f, FastMath::exp, Math::exp, true)).isLessThan(1.5e-7);
        assertThat(worst(-0.34f, 0.34f, FastMath::expm1, Math::expm1, false)).isLessThan(1e-7);
        assertThat(FastMath.exp(89)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(FastMath.exp(-88)).isZero();
        assertThat(FastMath.exp(0)).isEqualTo(1);
        assertThat(FastMath.exp(Float.NaN)).isNaN();
        assertThat(FastMath.exp(Float.NEGATIVE_INFINITY)).isZero();
    }

    @Test
    void logarithm() {
        assertThat(worst(1e-37f, 0.5f, FastMath::log, Math::log, true)).isLessThan(1.5e-7);
        assertThat(worst(0.5f, 2, FastMath::log, Math::log, false)).isLessThan(6e-8);
        assertThat(worst(2, 3e38f, FastMath::log, Math::log, true)).isLessThan(1.5e-7);
        assertThat(FastMath.log(0)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(FastMath.log(-1)).isNaN();
        assertThat(FastMath.log(1e-40f)).isEqualTo((float) Math.log(1e-40f));
        assertThat(FastMath.log(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    }

    @Test
    void hyperbolicTangentSigmoidAndSoftplus() {
        assertThat(worst(-100, 100, FastMath::tanh, Math::tanh, false)).isLessThan(2e-7);
        assertThat(worst(-100, 100, FastMath::sigmoid, x -> 1 / (1 + Math.exp(-x)), false))
                .isLessThan(2e-7);
        assertThat(worst(-80, 80, FastMath::softplus, x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), true))
                .isLessThan(5e-7);
        assertThat(FastMath.tanh(Float.NaN)).isNaN();
        assertThat(FastMath.tanh(1e30f)).isEqualTo(1);
        assertThat(FastMath.sigmoid(-1e30f)).isZero();
    }

    @Test
    void sineAndCosineOfATurn() {
        double worst = 0;
        for (int i = 0; i < 1 << 20; i++) {
            float turn = i * 0x1p-20f;
            worst = Math.max(worst, Math.abs(FastMath.sinOfTurn(turn) - Math.sin(2 * Math.PI * turn)));
            worst = Math.max(worst, Math.abs(FastMath.cosOfTurn(turn) - Math.cos(2 * Math.PI * turn)));
        }
        assertThat(worst).isLessThan(2e-7);
    }
}
