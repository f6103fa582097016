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

/** Precision and recall, density and coverage. */
class ManifoldsTest {
    private static final Tensor REAL = line(0, 1, 3, 7);
    private static final Tensor FAKE = line(0.5f, 2, 20);

    private static Tensor line(float... points) {
        return Tensor.of(points, points.length, 1);
    }

    private static Tensor normal(int count, float mean, float deviation, long seed) {
        Tensor x = Backend.cpu().empty(Shape.of(count, 4));
        Backend.cpu().normal(new RandomStream(seed, 0), mean, deviation, x);
        return x;
    }

    /** k 1. Balls around the real 0, 1, 3, 7 reach 1, 1, 2, 4; around the generated 0.5, 2, 20 they reach 1.5, 1.5, 18. */
    @Test
    void byHand() {
        PrecisionRecall pr = PrecisionRecall.of(REAL, FAKE, 1);
        assertThat(pr.precision()).isEqualTo(2 / 3.0);
        // 0 and 1 lie in the ball around 0.5, 1 and 3 in that around 2, 3 and 7 in the wide one around 20
        assertThat(pr.recall()).isEqualTo(1);
        DensityCoverage dc = DensityCoverage.of(REAL, FAKE, 1);
        // 0.5 lies in the balls of 0 and 1; 2 in those of 1 and 3; 20 in none: four over k · 3
        assertThat(dc.density()).isEqualTo(4 / 3.0);
        assertThat(dc.coverage()).isEqualTo(3 / 4.0);
    }

    /** Balls are closed: a point at exactly the k-th neighbour's distance is inside. */
    @Test
    void tiesCount() {
        assertThat(PrecisionRecall.of(line(0, 0.1f, 5), line(-0.1f, 5.5f, 30), 1)
                        .precision())
                .isEqualTo(2 / 3.0);
    }

    @Test
    void aCopyIsPerfect() {
        Tensor real = normal(300, 0, 1, 1);
        PrecisionRecall pr = PrecisionRecall.of(real, real);
        assertThat(pr.precision()).isEqualTo(1);
        assertThat(pr.recall()).isEqualTo(1);
        DensityCoverage dc = DensityCoverage.of(real, real);
        assertThat(dc.coverage()).isEqualTo(1);
        // each ball holds its centre and k neighbours
        assertThat(dc.density()).isCloseTo(6 / 5.0, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void oneDistributionScoresWhatTheFormulasSay(long seed) {
        DensityCoverage dc = DensityCoverage.of(normal(2000, 0, 1, seed), normal(1000, 0, 1, seed + 10));
        assertThat(dc.density()).isCloseTo(1, within(0.08));
        double expected = DensityCoverage.expectedCoverage(2000, 1000, 5);
        assertThat(expected).isCloseTo(1 - Math.pow(2 / 3.0, 5), within(1e-3));
        assertThat(dc.coverage()).isCloseTo(expected, within(0.03));
    }

    @Test
    void poorSamplesLosePrecisionAndFewModesLoseRecall() {
        Tensor real = normal(1000, 0, 1, 1);
        PrecisionRecall wide = PrecisionRecall.of(real, normal(1000, 0, 3, 2));
        PrecisionRecall narrow = PrecisionRecall.of(real, normal(1000, 0, 0.2f, 3));
        assertThat(wide.precision()).isLessThan(0.3);
        assertThat(wide.recall()).isGreaterThan(0.9);
        assertThat(narrow.precision()).isGreaterThan(0.9);
        assertThat(narrow.recall()).isLessThan(0.1);
        assertThat(DensityCoverage.of(real, normal(1000, 0, 0.2f, 3)).coverage())
                .isLessThan(0.2);
    }

    @Test
    void fewItemsAndEqualItemsAreSaid() {
        Tensor real = normal(100, 0, 1, 1);
        assertThat(PrecisionRecall.of(real, normal(30, 0, 1, 2)).note()).isEmpty();
        assertThat(PrecisionRecall.of(real, normal(29, 0, 1, 2)).note())
                .isEqualTo("k is 3 for only 29 generated items: each ball covers a large part of the set, so the"
                        + " values mean"
                        + " little; use at least 30 items");
        assertThat(DensityCoverage.of(real, normal(1, 0, 1, 2)).note()).isEmpty();
        assertThat(DensityCoverage.of(normal(49, 0, 1, 2), real).note()).startsWith("k is 5 for only 49 real items");
        // forty times the same item: nothing but an exact repeat lies in its balls
        PrecisionRecall collapsed = PrecisionRecall.of(real, Tensor.of(new float[160], 40, 4));
        assertThat(collapsed.precision()).isEqualTo(1);
        assertThat(collapsed.recall()).isZero();
        assertThat(collapsed)
                .hasToString(
                        "precision 1.000, recall 0.000 (k 3); 40 of 40 generated items have at least k equal items, so"
                                + " their balls have radius 0");
    }

    @Test
    void badArguments() {
        assertThatThrownBy(() -> PrecisionRecall.of(REAL, FAKE)).hasMessageContaining("got k = 3 and 3 items");
        assertThatThrownBy(() -> DensityCoverage.of(line(1), FAKE, 1)).hasMessageContaining("got k = 1 and 1 items");
        assertThatThrownBy(() -> PrecisionRecall.of(REAL, FAKE, 0)).hasMessageContaining("got 0");
        assertThatThrownBy(() -> DensityCoverage.expectedCoverage(5, 10, 5))
                .hasMessageContaining("more than k real items and at least 1 generated item; got");
        assertThatThrownBy(() -> DensityCoverage.of(REAL, Tensor.of(new float[4], 2, 2), 1))
                .hasMessageContaining("got 2 [2] and 1 [1]");
    }
}
