package io.github.grisaille.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        assertThat(whole.subsets()).isEqualTo(1);
        assertThat(whole.standardError()).isNaN();
        assertThat(whole)
                .hasToString("-118.0 (all 2 items); the only subset is the whole of both sets, so there is no"
                        + " standard error; use more items");
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
        assertThat(KernelDistance.between(a, b, seed).subsetSize()).isEqualTo(250);
    }

    /** Subsets that are the whole set are all the same, and their spread would be 0 whatever the sets are. */
    @Test
    void subsetsOfFewItemsAreSmallerThanTheSet() {
        for (int count : new int[] {3, 4, 5, 60, 1000}) {
            KernelDistance distance = KernelDistance.between(normal(count, 0, 1), normal(count + 7, 0.3f, 2), 1);
            assertThat(distance.subsetSize()).isEqualTo(Math.max(2, count / 2)).isLessThan(count);
            assertThat(distance.standardError()).isGreaterThan(1e-4);
        }
        assertThat(KernelDistance.between(normal(1999, 0, 1), normal(3000, 0, 2), 2)
                        .subsetSize())
                .isEqualTo(999);
        KernelDistance many = KernelDistance.between(normal(2000, 0, 1), normal(3000, 0, 2), 2);
        assertThat(many.subsetSize()).isEqualTo(1000);
        assertThat(many.note()).isEmpty();
        assertThatThrownBy(() -> KernelDistance.between(normal(2, 0, 1), normal(9, 0, 2), 1))
                .hasMessageContaining("the number of items for a kernel distance must be at least 3; got 2");
    }

    /** What the note says of other items is what other items do: the deviation over 200 draws of both sets. */
    @Test
    void theNoteSaysHowMuchOtherItemsWouldMoveTheDistance() {
        double sum = 0;
        double squares = 0;
        double said = 0;
        int draws = 200;
        for (int draw = 0; draw < draws; draw++) {
            KernelDistance distance =
                    KernelDistance.between(normal(80, 0, 2 * draw), normal(80, 0.7f, 2 * draw + 1), draw);
            sum += distance.value();
            squares += distance.value() * distance.value();
            Matcher number = Pattern.compile(
                            "the smaller set has only 80 items: .* by about (\\S+), whatever .* at least 2,000 items")
                    .matcher(distance.note());
            assertThat(number.matches()).isTrue();
            said += Double.parseDouble(number.group(1)) / draws;
            assertThat(distance.standardError()).isLessThan(Double.parseDouble(number.group(1)) / 5);
        }
        double deviation = Math.sqrt(squares / draws - sum * sum / draws / draws);
        assertThat(said / deviation).isBetween(0.8, 1.25);
    }

    @Test
    void subsetsOfOneWholeSetAreSaid() {
        KernelDistance distance = KernelDistance.between(normal(20, 0, 1), normal(60, 0, 2), 10, 20, 1);
        assertThat(distance.note())
                .contains("every subset has all 20 items of the smaller set, so the standard error is too small;"
                        + " use subsets of at most 10 items");
        assertThat(distance.standardError()).isPositive();
    }

    @Test
    void equalItemsHaveTheDistanceOfTheirKernels() {
        Tensor a = Tensor.of(new float[] {1, 1, 1, 1}, 4, 1);
        Tensor b = Tensor.of(new float[] {2, 2, 2, 2}, 4, 1);
        KernelDistance distance = KernelDistance.between(a, b, 1);
        assertThat(distance.value()).isEqualTo(8 + 125 - 2 * 27);
        assertThat(distance.standardError()).isZero();
    }

    @Test
    void badArguments() {
        Tensor a = normal(20, 0, 1);
        assertThatThrownBy(() -> KernelDistance.between(a, normal(10, 0, 2), 10, 11, 1))
                .hasMessageContaining("subsets of 2 to 10 items (the size of the smaller set); got 10 of 11");
        assertThatThrownBy(() -> KernelDistance.between(a, a, 1, 10, 1)).hasMessageContaining("at least 2 subsets");
        assertThatThrownBy(() -> KernelDistance.between(a, Tensor.of(new float[8], 4, 2), 1))
                .hasMessageContaining("got 16 [16] and 2 [2]");
    }
}
