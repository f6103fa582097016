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

class FrechetDistanceTest {
    private static Tensor normal(int count, int width, float mean, float deviation, long seed) {
        Tensor x = Backend.cpu().empty(Shape.of(count, width));
        Backend.cpu().normal(new RandomStream(seed, 0), mean, deviation, x);
        return x;
    }

    @Test
    void theFitByHand() {
        GaussianFit fit = GaussianFit.of(Tensor.of(new float[] {1, 0, 3, 4, 5, 2}, 3, 2));
        assertThat(fit.count()).isEqualTo(3);
        assertThat(fit.mean()).containsExactly(3, 2);
        assertThat(fit.covariance()).isDeepEqualTo(new double[][] {{4, 2}, {2, 4}});
    }

    /** Diagonal covariances: Σ (m₁ − m₂)² + Σ (σ₁ − σ₂)². */
    @Test
    void diagonalByHand() {
        GaussianFit a =
                GaussianFit.known(100, new double[] {1, 2, 3}, new double[][] {{4, 0, 0}, {0, 1, 0}, {0, 0, 9}});
        GaussianFit b =
                GaussianFit.known(100, new double[] {1, 0, 4}, new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 0}});
        FrechetDistance distance = FrechetDistance.between(a, b);
        assertThat(distance.ofMeans()).isCloseTo(0 + 4 + 1, within(1e-12));
        assertThat(distance.ofCovariances()).isCloseTo(1 + 0 + 9, within(1e-12));
        assertThat(distance.value()).isCloseTo(15, within(1e-12));
        assertThat(distance.note()).isEmpty();
    }

    /**
     * Covariances that do not commute. Of a 2×2 matrix M with eigenvalues λ₁, λ₂ ≥ 0 the root has the trace √λ₁ + √λ₂ =
     * √(tr M + 2 √det M). Here M = Σ₁Σ₂ = {2 1; 1 2}·{3 0; 0 1} has trace 8 and determinant 9.
     */
    @Test
    void covariancesThatDoNotCommuteByHand() {
        GaussianFit a = GaussianFit.known(100, new double[2], new double[][] {{2, 1}, {1, 2}});
        GaussianFit b = GaussianFit.known(100, new double[2], new double[][] {{3, 0}, {0, 1}});
        double expected = 4 + 4 - 2 * Math.sqrt(8 + 2 * 3);
        assertThat(FrechetDistance.between(a, b).value()).isCloseTo(expected, within(1e-12));
        assertThat(FrechetDistance.between(b, a).value()).isCloseTo(expected, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void isSymmetricZeroForItselfAndGrowsWithWhatIsMoved(long seed) {
        Tensor a = normal(500, 20, 0, 1, seed);
        Tensor b = normal(700, 20, 0.5f, 2, seed + 10);
        assertThat(FrechetDistance.between(a, a).value()).isCloseTo(0, within(1e-9));
        double distance = FrechetDistance.between(a, b).value();
        assertThat(FrechetDistance.between(b, a).value()).isCloseTo(distance, within(1e-9));
        // 20 · (0.5² + 1²), and what few samples add
        assertThat(distance).isCloseTo(25, within(2.5));
    }

    /** The same distribution on both sides, and still the fewer the samples the greater the distance. */
    @Test
    void fallsWithTheNumberOfSamples() {
        double few = FrechetDistance.between(normal(50, 10, 0, 1, 1), normal(50, 10, 0, 1, 2))
                .value();
        double many = FrechetDistance.between(normal(5000, 10, 0, 1, 3), normal(5000, 10, 0, 1, 4))
                .value();
        assertThat(few).isGreaterThan(20 * many);
        assertThat(many).isLessThan(0.05);
    }

    @Test
    void fewerSamplesThanFeaturesWorkAndAreSaid() {
        FrechetDistance distance = FrechetDistance.between(normal(20, 30, 0, 1, 1), normal(3000, 30, 0, 1, 2));
        assertThat(distance.value()).isFinite().isGreaterThan(5);
        assertThat(distance.note())
                .isEqualTo("20 samples of 30 features have a singular covariance, so the distance is far too large; use"
                        + " more than 30 samples, better ten times as many");
        assertThat(distance).asString().contains("20 samples of 30 features");
    }

    @Test
    void badFeatures() {
        Tensor three = normal(10, 3, 0, 1, 1);
        Tensor four = normal(10, 4, 0, 1, 1);
        assertThatThrownBy(() -> FrechetDistance.between(three, four))
                .hasMessageContaining("the same number of features; got 3 and 4");
        assertThatThrownBy(() -> GaussianFit.of(normal(1, 3, 0, 1, 1)))
                .hasMessageContaining("the number of items for a covariance must be at least 2; got 1");
    }
}
