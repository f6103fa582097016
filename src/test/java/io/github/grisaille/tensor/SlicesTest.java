package io.github.grisaille.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import org.junit.jupiter.api.Test;

class SlicesTest {
    private static final Tensor X = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

    @Test
    void rowsAreItemsAlongTheFirstAxis() {
        assertThat(X.first(2).toArray()).containsExactly(1, 2, 3, 4);
        assertThat(X.rows(1, 3).toArray()).containsExactly(3, 4, 5, 6);
        assertThat(X.rows(1, 2).shape()).isEqualTo(Shape.of(1, 2));
        assertThat(X.rows(new int[] {2, 0, 2}).toArray()).containsExactly(5, 6, 1, 2, 5, 6);
        assertThat(X.row(1).toArray()).containsExactly(3, 4);
        assertThat(X.row(-1).toArray()).containsExactly(5, 6);
        assertThat(X.row(0).shape()).isEqualTo(Shape.of(2));
        assertThat(X.row(2).row(1).item()).isEqualTo(6);
        assertThat(Samples.normal(1, 4, 3, 2).rows(1, 3).shape()).isEqualTo(Shape.of(2, 3, 2));
    }

    @Test
    void aSliceIsACopy() {
        Tensor x = Tensor.of(new float[] {1, 2}, 2);
        Tensor first = x.first(1);
        x.backend().fill(0, x);
        assertThat(first.toArray()).containsExactly(1);
    }

    @Test
    void imagesAreMirroredAtTheirWidth() {
        Tensor image = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
        assertThat(image.flipped().toArray()).containsExactly(3, 4, 1, 2, 7, 8, 5, 6);
        assertThat(image.flipped().shape()).isEqualTo(image.shape());
        assertThat(image.reshape(1, 2, 2, 2).flipped().toArray())
                .containsExactly(image.flipped().toArray());
    }

    @Test
    void anyAxisCanBeReversed() {
        assertThat(X.flipped(0).toArray()).containsExactly(5, 6, 3, 4, 1, 2);
        assertThat(X.flipped(1).toArray()).containsExactly(2, 1, 4, 3, 6, 5);
        assertThat(X.flipped(-1).toArray()).containsExactly(X.flipped(1).toArray());
        Tensor some = Samples.normal(1, 3, 5, 2, 7);
        for (int axis = 0; axis < 4; axis++) {
            assertThat(some.flipped(axis).flipped(axis).toArray()).containsExactly(some.toArray());
        }
    }

    @Test
    void tensorsAreJoinedAlongAnyAxis() {
        Tensor y = Tensor.of(new float[] {7, 8, 9}, 3, 1);
        assertThat(Tensor.concat(X, X.first(1)).toArray()).containsExactly(1, 2, 3, 4, 5, 6, 1, 2);
        assertThat(Tensor.concat(1, X, y).toArray()).containsExactly(1, 2, 7, 3, 4, 8, 5, 6, 9);
        assertThat(Tensor.concat(-1, X, y).shape()).isEqualTo(Shape.of(3, 3));
        assertThat(Tensor.concat(X).toArray()).containsExactly(X.toArray());
        Tensor a = Samples.normal(1, 3, 2, 4);
        Tensor b = Samples.normal(2, 3, 5, 4);
        Tensor joined = Tensor.concat(1, a, b);
        for (int n = 0; n < 3; n++) {
            assertThat(joined.row(n).first(2).toArray())
                    .containsExactly(a.row(n).toArray());
            assertThat(joined.row(n).rows(2, 7).toArray())
                    .containsExactly(b.row(n).toArray());
        }
    }

    @Test
    void whatIsNotThereIsRefused() {
        assertThatThrownBy(() -> X.first(4))
                .hasMessage("first(count) of 3×2 needs a count from 1 to 3, the extent of the first axis; got 4");
        assertThatThrownBy(() -> X.rows(1, 1))
                .hasMessage(
                        "rows(from, to) of 3×2 needs 0 ≤ from < to ≤ 3, the extent of the first axis; got rows(1, 1)");
        assertThatThrownBy(() -> X.rows(new int[] {0, 3}))
                .hasMessage("rows(indices) of 3×2 needs indices from 0 to 2; got 3");
        assertThatThrownBy(() -> X.rows(new int[0]))
                .hasMessage("rows(indices) of 3×2 needs at least one index; got none");
        assertThatThrownBy(() -> X.row(3))
                .hasMessage("row(index) of 3×2 needs an index from 0 to 2, or from −1 (the last row) to -3; got 3");
        assertThatThrownBy(() -> Tensor.of(new float[1]).row(0))
                .hasMessage("row(index) needs a tensor with a first axis; this one is a scalar: read it with item()");
        assertThatThrownBy(() -> X.flipped()).hasMessageContaining("got the shape 3×2: name an axis");
        assertThatThrownBy(() -> X.flipped(2)).hasMessageContaining("there is no axis 2");
    }

    @Test
    void whatDoesNotFitIsNotJoined() {
        assertThatThrownBy(Tensor::concat).hasMessage("concat needs at least one tensor");
        assertThatThrownBy(() -> Tensor.concat(X, X.reshape(2, 3)))
                .hasMessage("concat along axis 0 needs shapes that are equal but for that axis; tensor 0 has 3×2 and"
                        + " tensor 1 has 2×3: reshape one, or name another axis");
        assertThatThrownBy(() -> Tensor.concat(X, X.reshape(3, 2, 1))).hasMessageContaining("tensor 1 has 3×2×1");
        assertThatThrownBy(() -> Tensor.concat(2, X, X)).hasMessageContaining("there is no axis 2");
        assertThatThrownBy(() -> Tensor.concat(Tensor.of(new float[1]))).hasMessageContaining("a scalar has none");
    }
}
