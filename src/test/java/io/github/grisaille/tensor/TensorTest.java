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
        assertThat(tensor).hasToString("Tensor 2×3 [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]");
        assertThat(tensor.reshape(3, 2).storage()).isSameAs(tensor.storage());
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
