package io.github.grisaille.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelDistanceTest {
    private static Tensor normal(int count, float mean, long seed) {
        Tensor x = Backend.cpu().empty(Shape.of(count, 16));
        Backend.cpu().normal(new RandomStream(seed, 0), mean, 1, x);
        return x;
    }

    /** Two items a side: k(1, 3) = (3 + 1)³ = 64, k(2, −1) = (−2 + 1)³ = −1, and across 27, 0, 343 and −8. */
    @Test
    void byHand() {
        Tensor x = Tensor.of(new float[] {1, 3}, 2, 1);
        Tensor y = Tensor.of(new float[] {2, -1}, 2, 1);
        double expected = 64 - 1 - 2 * (27 + 0 + 343 - 8) / 4.0;
        assertThat(KernelDistance.discrepancy(x, y)).isCloseTo(expected, within(1e-9));
        KernelDistance whole = KernelDistance.between(x, y, 5, 2, 1);
        assertThat(whole.value()).isCloseTo(expected, within(1e-9));
        assertThat(whole.standardError()).isCloseTo(0, within(1e-9));
    }

    @Test
    void floatProductsDoNotShow() {
        Tensor a = normal(200, 1, 1);
        Tensor b = normal(200, 1.2f, 2);
        assertThat(KernelDistance.discrepancy(a, b)).isCloseTo(inDouble(a, b), within(1e-6));
    }

    private static double inDouble(Tensor a, Tensor b) {
        float[] x = a.toArray();
        float[] y = b.toArray();
        int n = a.axis(0);
        double among = 0;
        double across = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                among += i == j ? 0 : kernel(x, i, x, j) + kernel(y, i, y, j);
                across += kernel(x, i, y, j);
            }
        }
        return among / (n * (n - 1.0)) - 2 * across / n / n;
    }

    private static double kernel(float[] x, int i, float[] y, int j) {
        double product = 0;
        for (int k = 0; k < 16; k++) {
            product += (double) x[16 * i + k] * y[16 * j + k];
        }
        return Math.pow(product / 16 + 1, 3);
    }

    /** Unbiased: over many draws of one distribution, small as they are, the mean is 0. */
    @Test
    void isZeroOnAverageForOneDistribution() {
        double sum = 0;
        double squares = 0;
        for (int trial = 0; trial < 400; trial++) {
            double value = KernelDistance.discrepancy(normal(10, 0.5f, 2 * trial), normal(10, 0.5f, 2 * trial + 1));
            sum += value;
            squares += value * value;
        }
        double error = Math.sqrt(squares) / 400;
        assertThat(sum / 400).isCloseTo(0, within(4 * error));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void seesAShiftAndDependsOnTheSeedAlone(long seed) {
        Tensor a = normal(600, 0, seed);
        Tensor b = normal(500, 0.3f, seed + 10);
        KernelDistance distance = KernelDistance.between(a, b, 20, 100, seed);
        assertThat(distance).isEqualTo(KernelDistance.between(a, b, 20, 100, seed));
        assertThat(distance).isNotEqualTo(KernelDistance.between(a, b, 20, 100, seed + 1));
        assertThat(distance.value()).isGreaterThan(10 * distance.standardError());
        assertThat(KernelDistance.between(a, b, seed).subsetSize()).isEqualTo(500);
    }

    @Test
    void badArguments() {
        Tensor a = normal(20, 0, 1);
        assertThatThrownBy(() -> KernelDistance.between(a, normal(10, 0, 2), 10, 11, 1))
                .hasMessageContaining("subsets of 2 to 10 items (the size of the smaller set), and got 10 of 11");
        assertThatThrownBy(() -> KernelDistance.between(a, a, 1, 10, 1)).hasMessageContaining("at least 2 subsets");
        assertThatThrownBy(() -> KernelDistance.between(a, Tensor.of(new float[8], 4, 2), 1))
                .hasMessageContaining("they have 16 [16] and 2 [2]");
    }
}
