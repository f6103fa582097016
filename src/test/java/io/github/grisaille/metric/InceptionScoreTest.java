package io.github.grisaille.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
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

    /** Seven samples in three parts: in the order of seed 0: samples 2, 1 score 2, 5, 3 score 2, 6, 0 score 1; 4 is left over. */
    @Test
    void meanAndDeviationOverSplits() {
        assertThat(new RandomStream(0, 0).permutation(7)).containsExactly(2, 1, 5, 3, 6, 0, 4);
        InceptionScore score = InceptionScore.of(oneHot(0, 1, 2, 2, 1, 3, 0), 3);
        assertThat(score.mean()).isCloseTo(5 / 3.0, within(1e-12));
        assertThat(score.deviation()).isCloseTo(Math.sqrt(2 / 9.0), within(1e-12));
    }

    private static int[] classes(int samples, IntUnaryOperator ofSample) {
        return IntStream.range(0, samples).map(ofSample).toArray();
    }

    /** In order of their classes each split would hold one class, and score 1. */
    @Test
    void rowsSortedByClassScoreAsOthersDo() {
        InceptionScore sorted = InceptionScore.of(oneHot(classes(4000, i -> i / 1000)));
        assertThat(sorted.splits()).isEqualTo(10);
        assertThat(sorted.mean()).isBetween(3.97, 4.0);
        assertThat(sorted.deviation()).isLessThan(0.02);
        assertThat(sorted.note()).isEmpty();
        assertThat(InceptionScore.of(oneHot(classes(4000, i -> i % 4))).mean()).isCloseTo(sorted.mean(), within(0.03));
        assertThat(InceptionScore.of(oneHot(classes(4000, i -> 2))).mean()).isCloseTo(1, within(1e-12));
    }

    /** One sample a split would score 1, whatever it is. */
    @Test
    void fewRowsAreNotSplitAndSaid() {
        InceptionScore few = InceptionScore.of(oneHot(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3));
        assertThat(few.mean()).isCloseTo(4, within(1e-12));
        assertThat(few.deviation()).isNaN();
        assertThat(few)
                .hasToString(
                        "4.000 (1 split); with 12 samples per split for 4 classes the score is too low by up to about"
                                + " 12%; use at least 40 samples per split");
        assertThat(InceptionScore.of(oneHot(classes(120, i -> i % 4))).splits()).isEqualTo(3);
        assertThat(InceptionScore.of(oneHot(classes(120, i -> i % 4)), 3).note())
                .isEmpty();
        assertThat(InceptionScore.of(oneHot(classes(120, i -> i % 4)), 4).note())
                .contains("30 samples per split");
    }

    /** Two samples of four sure classes score 2 if they differ, which 3 of 4 pairs do: far below 4, as the note says. */
    @Test
    void smallSplitsScoreTooLow() {
        InceptionScore pairs = InceptionScore.of(oneHot(classes(4000, i -> i % 4)), 2000);
        assertThat(pairs.mean()).isCloseTo(1.75, within(0.05));
        assertThat(pairs.note()).contains("2 samples per split for 4 classes the score is too low by up to about 53%");
    }

    @Test
    void badArguments() {
        assertThatThrownBy(() -> InceptionScore.of(Tensor.of(new float[] {3, -2}, 1, 2), 1))
                .hasMessageContaining(
                        "row 0 is not a probability distribution (sum 1.0, smallest value -2.0): give class"
                                + " probabilities");
        assertThatThrownBy(() -> InceptionScore.of(oneHot(0, 1, 2, 3, 0), 3))
                .hasMessage(
                        "the number of splits must be from 1 to 2, half the number of samples (a single sample always"
                                + " scores 1); got 3");
        assertThatThrownBy(() -> InceptionScore.of(oneHot(1)))
                .hasMessageContaining("the number of samples for an Inception Score must be at least 2; got 1");
    }
}
