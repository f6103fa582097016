package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatentWalkTest {
    private static final Tensor RIGHT = Tensor.of(new float[] {1, 0}, 1, 2);
    private static final Tensor UP = Tensor.of(new float[] {0, 1}, 2);

    @Test
    void theStraightLineCutsTheCorner() {
        assertThat(LatentWalk.linear(RIGHT, UP, 3).toArray()).containsExactly(1, 0, 0.5f, 0.5f, 0, 1);
    }

    @Test
    void theArcKeepsTheNorm() {
        float[] walk = LatentWalk.spherical(RIGHT, UP, 3).toArray();
        assertThat(walk).containsExactly(new float[] {1, 0, 0.70710677f, 0.70710677f, 0, 1}, within(1e-6f));
        float[] same = LatentWalk.spherical(RIGHT, RIGHT, 3).toArray();
        assertThat(same).containsExactly(1, 0, 1, 0, 1, 0);
    }

    @Test
    void aWalkBeginsAndEndsAtItsCodes() {
        Tensor a = Samples.normal(1, 1, 37);
        Tensor b = Samples.normal(2, 1, 37);
        for (Tensor walk : List.of(LatentWalk.linear(a, b, 5), LatentWalk.spherical(a, b, 5))) {
            assertThat(walk.shape()).isEqualTo(Shape.of(5, 37));
            assertThat(walk.row(0).toArray()).containsExactly(a.toArray());
            assertThat(walk.row(-1).toArray()).containsExactly(b.toArray());
        }
    }

    @Test
    void theArcIsShoemakesFormula() {
        float[] a = Samples.normal(1, 50).toArray();
        float[] b = Samples.normal(2, 50).toArray();
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < 50; i++) {
            dot += (double) a[i] * b[i];
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
        }
        double angle = Math.acos(dot / Math.sqrt(squaresA * squaresB));
        float[] second = LatentWalk.spherical(Tensor.of(a, 50), Tensor.of(b, 1, 50), 5)
                .row(1)
                .toArray();
        for (int i = 0; i < 50; i++) {
            double wanted = (Math.sin(0.75 * angle) * a[i] + Math.sin(0.25 * angle) * b[i]) / Math.sin(angle);
            assertThat(second[i]).isCloseTo((float) wanted, within(2e-6f));
        }
    }

    @Test
    void betweenOppositeCodesTheArcIsTheLineThroughZero() {
        Tensor left = Tensor.of(new float[] {-1, 0}, 2);
        assertThat(LatentWalk.spherical(RIGHT, left, 3).toArray()).containsExactly(1, 0, 0, 0, -1, 0);
        Tensor zero = Tensor.of(new float[2], 2);
        assertThat(LatentWalk.spherical(RIGHT, zero, 3).toArray()).containsExactly(1, 0, 0.5f, 0, 0, 0);
    }

    @Test
    void theGridIsReadLikeAPage() {
        assertThat(LatentWalk.grid(3, 2).toArray())
                .containsExactly(-2, 2, 0, 2, 2, 2, -2, 0, 0, 0, 2, 0, -2, -2, 0, -2, 2, -2);
    }

    @Test
    void whatIsNoWalkIsRefused() {
        assertThatThrownBy(() -> LatentWalk.linear(RIGHT, Tensor.of(new float[3], 3), 3))
                .hasMessage("both ends of a walk must have the same size; got 1×2 and 3");
        assertThatThrownBy(() -> LatentWalk.spherical(RIGHT, UP, 1))
                .hasMessage("a walk needs at least 2 codes, its two ends; got 1");
        assertThatThrownBy(() -> LatentWalk.grid(1, 2)).hasMessageContaining("a side of at least 2");
    }
}
