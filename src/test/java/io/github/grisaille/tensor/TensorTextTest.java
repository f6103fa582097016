package io.github.grisaille.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TensorTextTest {
    private static Tensor counted(int... shape) {
        float[] values = new float[Shape.of(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return Tensor.of(values, shape);
    }

    @Test
    void aSmallTensorIsShownWholeAndInColumns() {
        assertThat(counted(2, 3)).hasToString("Tensor 2×3\n[[0, 1, 2],\n [3, 4, 5]]");
        assertThat(Tensor.of(new float[] {0.5f, -10.25f}, 2, 1)).hasToString("Tensor 2×1\n[[  0.5000],\n [-10.2500]]");
        assertThat(counted(3)).hasToString("Tensor 3\n[0, 1, 2]");
        assertThat(Tensor.of(new float[] {2.5f})).hasToString("Tensor scalar 2.5000");
    }

    @Test
    void ofALongAxisTheEndsAreShown() {
        assertThat(counted(9)).hasToString("Tensor 9\n[0, 1, 2, …, 6, 7, 8]");
        assertThat(counted(100, 9)).hasToString("""
                        Tensor 100×9
                        [[  0,   1,   2, …,   6,   7,   8],
                         [  9,  10,  11, …,  15,  16,  17],
                         [ 18,  19,  20, …,  24,  25,  26],
                         …,
                         [873, 874, 875, …, 879, 880, 881],
                         [882, 883, 884, …, 888, 889, 890],
                         [891, 892, 893, …, 897, 898, 899]]""");
    }

    @Test
    void ofManyImagesTheFirstRowOfPixelsIsShown() {
        assertThat(counted(60, 2, 2, 3)).hasToString("""
                        Tensor 60×2×2×3
                        [[[[0, 1, 2],
                           [3, 4, 5]],
                          …],
                         …]""");
        assertThat(counted(1, 1, 2)).hasToString("Tensor 1×1×2\n[[[0, 1]]]");
    }

    @Test
    void smallAndLargeValuesHaveAnExponent() {
        assertThat(Tensor.of(new float[] {1.5e-5f, -2e-6f}, 2)).hasToString("Tensor 2\n[ 1.500e-05, -2.000e-06]");
        assertThat(Tensor.of(new float[] {1.5e7f, 1}, 2)).hasToString("Tensor 2\n[1.500e+07, 1.000e+00]");
        assertThat(Tensor.of(new float[] {-0f, 60000}, 2)).hasToString("Tensor 2\n[    0, 60000]");
    }

    @Test
    void valuesThatAreNotFiniteAreNamed() {
        assertThat(Tensor.of(new float[] {Float.NaN, 1.5f, Float.NEGATIVE_INFINITY}, 3))
                .hasToString("Tensor 3\n[      NaN,    1.5000, -Infinity]");
    }
}
