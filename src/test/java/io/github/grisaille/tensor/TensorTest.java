package io.github.grisaille.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void holdsACopy() {
        float[] values = {1, 2, 3, 4, 5, 6};
        Tensor tensor = Tensor.of(values, 2, 3);
        values[0] = 100;
        tensor.toArray()[1] = 100;
        assertThat(tensor.toArray()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(tensor.axis(-1)).isEqualTo(3);
        assertThat(tensor.shape().rows()).isEqualTo(2);
        assertThat(tensor).hasToString("Tensor 2×3\n[[1, 2, 3],\n [4, 5, 6]]");
        assertThat(tensor.reshape(3, 2).storage()).isSameAs(tensor.storage());
    }

    @Test
    void shapesAreRepeatedByTheRuleOfNumPy() {
        assertThat(Shape.broadcast(Shape.of(8, 4, 4, 3), Shape.of(3))).isEqualTo(Shape.of(8, 4, 4, 3));
        assertThat(Shape.broadcast(Shape.of(5), Shape.of(8, 1))).isEqualTo(Shape.of(8, 5));
        assertThat(Shape.broadcast(Shape.of(2, 1, 3), Shape.of(4, 1))).isEqualTo(Shape.of(2, 4, 3));
        assertThat(Shape.broadcast(Shape.of(), Shape.of(2, 3))).isEqualTo(Shape.of(2, 3));
        assertThat(Shape.broadcast(Shape.of(), Shape.of())).isEqualTo(Shape.of());
        assertThatThrownBy(() -> Shape.broadcast(Shape.of(2, 3), Shape.of(2)))
                .hasMessage("shapes are repeated along axes of extent 1 only; got 2×3 and 2, which have 3 and 2 at axis"
                        + " -1: reshape one of them, or use other extents");
    }

    @Test
    void aMatrixIsMadeOfRowsAndGivesThemBack() {
        double[][] rows = {{1, 2, 3}, {4, 5, 0.5}};
        assertThat(Tensor.of(rows).shape()).isEqualTo(Shape.of(2, 3));
        assertThat(Tensor.of(rows).toRows()).isDeepEqualTo(rows);
        assertThatThrownBy(() -> Tensor.of(new double[][] {{1, 2}, {3}}))
                .hasMessage("all rows of a matrix need the length of the first, 2; row 1 has 1 values");
        assertThatThrownBy(() -> Tensor.of(new double[0][])).hasMessageContaining("at least one row");
        assertThatThrownBy(() -> Tensor.of(new float[4], 4).toRows())
                .hasMessage("toRows() needs a matrix, with two axes; this tensor has the shape 4: reshape it");
    }

    @Test
    void aTensorCanBeFullOfOneValue() {
        assertThat(Tensor.zeros(2).toArray()).containsExactly(0, 0);
        assertThat(Tensor.ones(2, 1).toArray()).containsExactly(1, 1);
        assertThat(Tensor.full(2.5).item()).isEqualTo(2.5f);
        assertThat(Tensor.ones(2, 1).shape()).isEqualTo(Shape.of(2, 1));
    }

    @Test
    void totalsAreNumbers() {
        Tensor x = Tensor.of(new float[] {3, -4, 0, 5}, 2, 2);
        assertThat(x.sum()).isEqualTo(4);
        assertThat(x.mean()).isEqualTo(1);
        assertThat(x.norm()).isEqualTo((float) Math.sqrt(50));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> Tensor.of(new float[5], 2, 3))
                .hasMessage("a tensor of shape 2×3 needs 6 values; got 5");
        assertThatThrownBy(() -> Tensor.of(new float[6], 2, 3).reshape(4))
                .hasMessage("cannot reshape 2×3 (6 values) to 4 (4 values)");
        assertThatThrownBy(() -> Shape.of(0, 3)).hasMessageContaining("extents of at least 1; got [0, 3]");
        assertThatThrownBy(() -> Shape.of(1 << 16, 1 << 16)).hasMessageContaining("at most 2^31 - 1 values");
        assertThatThrownBy(() -> Shape.of(2, 3).axis(2)).hasMessage("there is no axis 2 in the shape 2×3 of rank 2");
        assertThatThrownBy(() -> Tensor.of(new float[2], 2).item()).hasMessageContaining("a tensor with one value");
    }
}
