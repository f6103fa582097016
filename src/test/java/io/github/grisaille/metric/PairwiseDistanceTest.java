package io.github.grisaille.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PairwiseDistanceTest {
    @Test
    void byHand() {
        Tensor points = Tensor.of(new float[] {0, 0, 3, 4, 0, 0}, 3, 2);
        assertThat(PairwiseDistance.mean(points)).isCloseTo((5 + 0 + 5) / 3.0, within(1e-12));
        assertThatThrownBy(() -> PairwiseDistance.mean(Tensor.of(new float[2], 1, 2)))
                .hasMessageContaining("at least 2 items; got the shape 1×2");
        assertThatThrownBy(() -> PairwiseDistance.mean(Tensor.of(new float[] {1, Float.NaN}, 2, 1)))
                .hasMessageContaining("item 1 holds NaN");
    }

    /** More pairs than an int counts: half the items at 0, half at 1, so n²/4 of n(n − 1)/2 pairs are 1 apart. */
    @Test
    void manyItems() {
        int count = 46_400;
        float[] values = new float[count];
        Arrays.fill(values, 0, count / 2, 1);
        assertThat(PairwiseDistance.mean(Tensor.of(values, count, 1)))
                .isCloseTo(count / (2.0 * (count - 1)), within(1e-9));
    }
}
