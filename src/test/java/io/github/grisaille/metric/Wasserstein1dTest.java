package io.github.grisaille.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Wasserstein1dTest {
    private static double[] random(int count, long seed) {
        RandomStream random = new RandomStream(seed, 0);
        double[] values = new double[count];
        Arrays.setAll(values, i -> random.nextInt(1000) / 100.0);
        return values;
    }

    @Test
    void byHand() {
        assertThat(Wasserstein1d.between(new double[] {3, 1}, new double[] {2, 5}))
                .isEqualTo(1.5);
        // the halves of 1 meet thirds 0, 0, 3: 1/3·1 + 1/6·1 + 1/6·3 + 1/3·0, from 1 and 3
        assertThat(Wasserstein1d.between(new double[] {1, 3}, new double[] {0, 3, 0}))
                .isCloseTo(1 / 3.0 + 1 / 6.0 + 3 / 6.0, within(1e-12));
        assertThat(Wasserstein1d.between(Tensor.of(new float[] {1, 2}, 2, 1), Tensor.of(new float[] {4}, 1)))
                .isEqualTo(2.5);
    }

    @ParameterizedTest
    @CsvSource({"7,7,1", "7,5,2", "12,18,3", "1,9,4", "100,33,5"})
    void isADistanceThatRepeatingSamplesLeavesAlone(int n, int m, long seed) {
        double[] a = random(n, seed);
        double[] b = random(m, seed + 100);
        double distance = Wasserstein1d.between(a, b);
        assertThat(Wasserstein1d.between(b, a)).isCloseTo(distance, within(1e-9));
        assertThat(Wasserstein1d.between(a, a)).isZero();
        double[] moved = Arrays.stream(a).map(x -> x + 2.5).toArray();
        assertThat(Wasserstein1d.between(a, moved)).isCloseTo(2.5, within(1e-9));
        // m copies of a and n copies of b are as many: sort and compare
        double[] manyA = new double[n * m];
        Arrays.setAll(manyA, i -> a[i % n]);
        double[] manyB = new double[n * m];
        Arrays.setAll(manyB, i -> b[i % m]);
        Arrays.sort(manyA);
        Arrays.sort(manyB);
        double sum = 0;
        for (int i = 0; i < n * m; i++) {
            sum += Math.abs(manyA[i] - manyB[i]);
        }
        assertThat(distance).isCloseTo(sum / (n * m), within(1e-9));
    }

    @Test
    void badSamples() {
        assertThatThrownBy(() -> Wasserstein1d.between(new double[0], new double[1]))
                .hasMessageContaining("at least one value");
        assertThatThrownBy(() -> Wasserstein1d.between(new double[] {Double.NaN}, new double[1]))
                .hasMessageContaining("got NaN");
    }
}
