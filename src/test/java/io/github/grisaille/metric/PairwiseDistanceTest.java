package io.github.grisaille.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.Tensor;
import org.junit.jupiter.api.Test;

class PairwiseDistanceTest {
    @Test
    void byHand() {
        Tensor points = Tensor.of(new float[] {0, 0, 3, 4, 0, 0}, 3, 2);
        assertThat(PairwiseDistance.mean(points)).isCloseTo((5 + 0 + 5) / 3.0, within(1e-12));
        assertThatThrownBy(() -> PairwiseDistance.mean(Tensor.of(new float[2], 1, 2)))
                .hasMessageContaining("at least 2 items, and got 1×2");
    }
}
