package io.github.grisaille.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.Tensor;
import org.junit.jupiter.api.Test;

class InceptionScoreTest {
    private static Tensor oneHot(int... classes) {
        float[] values = new float[classes.length * 4];
        for (int i = 0; i < classes.length; i++) {
            values[4 * i + classes[i]] = 1;
        }
        return Tensor.of(values, classes.length, 4);
    }

    @Test
    void fromOneToTheNumberOfClasses() {
        assertThat(InceptionScore.of(oneHot(0, 1, 2, 3), 1).mean()).isCloseTo(4, within(1e-12));
        assertThat(InceptionScore.of(oneHot(2, 2, 2), 1).mean()).isCloseTo(1, within(1e-12));
        assertThat(InceptionScore.of(oneHot(0, 3, 3, 0), 1).mean()).isCloseTo(2, within(1e-12));
        Tensor unsure = Tensor.of(new float[] {0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f}, 2, 4);
        assertThat(InceptionScore.of(unsure, 1).mean()).isCloseTo(1, within(1e-12));
    }

    @Test
    void byHand() {
        Tensor two = Tensor.of(new float[] {0.75f, 0.25f, 0.25f, 0.75f}, 2, 2);
        double divergence = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
        assertThat(InceptionScore.of(two, 1).mean()).isCloseTo(Math.exp(divergence), within(1e-12));
    }

    /** Parts score 2, 1 and 2; the seventh sample is left over. */
    @Test
    void meanAndDeviationOverSplits() {
        InceptionScore score = InceptionScore.of(oneHot(0, 1, 2, 2, 1, 3, 0), 3);
        assertThat(score.mean()).isCloseTo(5 / 3.0, within(1e-12));
        assertThat(score.deviation()).isCloseTo(Math.sqrt(2 / 9.0), within(1e-12));
    }

    @Test
    void badArguments() {
        assertThatThrownBy(() -> InceptionScore.of(Tensor.of(new float[] {3, -2}, 1, 2), 1))
                .hasMessageContaining("row 0 is no distribution (sum 1.0, least value -2.0): give class probabilities");
        assertThatThrownBy(() -> InceptionScore.of(oneHot(0, 1)))
                .hasMessageContaining("from 1 to 2, the number of samples, and got 10");
    }
}
