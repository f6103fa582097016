package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.Tensor;
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
