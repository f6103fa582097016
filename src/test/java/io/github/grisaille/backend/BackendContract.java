package io.github.grisaille.backend;

import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every backend does alike; its test extends this. */
abstract class BackendContract {
    /** The backend under test. */
    abstract Backend backend();

    private Tensor normal(long seed, int... shape) {
        return Samples.normal(seed, shape).to(backend());
    }

    private Tensor tensor(float[] values, int... shape) {
        return backend().tensor(values, Shape.of(shape));
    }

    @Test
    void manySingleValuesAreReadAtOnce() {
        Tensor[] ones = {tensor(new float[] {3}, 1), tensor(new float[] {-1}, 1, 1), tensor(new float[] {0.5f}, 1)};
        backend().scale(ones[0], 2, ones[0]);
        assertThat(backend().readEach(List.of(ones[0], ones[1], ones[0], ones[2])))
                .containsExactly(6, -1, 6, 0.5f);
        assertThat(backend().readEach(List.of())).isEmpty();
        Tensor two = tensor(new float[2], 2);
        assertThatThrownBy(() -> backend().readEach(List.of(two))).isInstanceOf(RuntimeException.class);
    }

    @Test
    void valuesAreWrittenByAFunctionOrOutOfBytes() {
        Tensor y = tensor(new float[6], 2, 3);
        backend().write(values -> System.arraycopy(new float[] {9, 8, 7, 6, 5, 4}, 0, values, 0, 6), y);
        assertThat(y.toArray()).containsExactly(9, 8, 7, 6, 5, 4);
        float[] levels = new float[256];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = i / 2f;
        }
        byte[] bytes = {1, 2, 3, (byte) 255, 5, 6, 7, (byte) 128, 9, 10};
        backend().writeBytes(bytes, new int[] {2, 1}, levels, y);
        assertThat(y.toArray()).containsExactly(3.5f, 64, 4.5f, 127.5f, 2.5f, 3);
        assertThatThrownBy(() -> backend().writeBytes(bytes, new int[] {2, 3}, levels, y))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> backend().writeBytes(bytes, new int[] {2}, levels, y))
                .hasMessage("writeBytes got 1 items for a tensor of 2×3");
        assertThatThrownBy(() -> backend().writeBytes(bytes, new int[] {2, 1}, new float[9], y))
                .hasMessage("writeBytes needs 256 levels, and got 9");
        // more than one thread's work
        int width = 70_000;
        byte[] many = new byte[3 * width];
        new Random(1).nextBytes(many);
        Tensor large = tensor(new float[2 * width], 2, width);
        backend().writeBytes(many, new int[] {2, 0}, levels, large);
        float[] expected = new float[2 * width];
        for (int i = 0; i < width; i++) {
            expected[i] = levels[many[2 * width + i] & 0xFF];
            expected[width + i] = levels[many[i] & 0xFF];
        }
        assertThat(large.toArray()).containsExactly(expected);
    }

    @Test
    void anActivationThatNeedsItsInputDoesNotFollowAtOnce() {
        Tensor c = tensor(new float[40], 2, 20);
        Activation softplus = new Activation(Activation.Kind.SOFTPLUS);
        assertThatThrownBy(() -> backend().matmul(normal(1, 2, 3), false, normal(2, 3, 20), false, null, softplus, c))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("apply it by activate, to another tensor");
        // a whole vector and a rest
        Tensor x = tensor(new float[20], 20);
        backend().fill(Float.NEGATIVE_INFINITY, x);
        backend().activate(new Activation(Activation.Kind.RELU), x, x);
        assertThat(x.toArray()).containsOnly(0);
    }

    static Stream<Arguments> products() {
        int[] sizes = {1, 3, 6, 13, 17, 207};
        return Stream.iterate(0, i -> i + 1)
                .limit(36)
                .map(i -> Arguments.of(sizes[i % 6], sizes[i / 6], sizes[(i * 5 + 2) % 6], i % 4 >= 2, i % 2 == 1));
    }

    @ParameterizedTest(name = "{0}×{2} · {2}×{1}, transposed {3} {4}")
    @MethodSource("products")
    void matmulMatchesItsDefinition(int m, int n, int k, boolean transposeA, boolean transposeB) {
        Tensor a = transposeA ? normal(1, k, m) : normal(1, m, k);
        Tensor b = transposeB ? normal(2, n, k) : normal(2, k, n);
        Tensor bias = normal(3, n);
        Tensor c = normal(4, m, n);
        float[] av = a.toArray();
        float[] bv = b.toArray();
        float[] expected = new float[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = bias.toArray()[j];
                for (int p = 0; p < k; p++) {
                    sum += (double) av[transposeA ? p * m + i : i * k + p] * bv[transposeB ? j * k + p : p * n + j];
                }
                expected[i * n + j] = (float) sum;
            }
        }
        backend().matmul(a, transposeA, b, transposeB, bias, false, c);
        assertClose("product", c.toArray(), expected, k);
        backend().matmul(a, transposeA, b, transposeB, bias, true, c);
        for (int i = 0; i < expected.length; i++) {
            expected[i] *= 2;
        }
        assertClose("product added", c.toArray(), expected, k);
    }

    @Test
    void shapesThatDoNotFit() {
        Tensor a = normal(1, 2, 3);
        assertThatThrownBy(() -> backend().matmul(a, false, a, false, null, false, a))
                .hasMessage("matmul: 2×3 · 2×3 does not make 2×3");
        assertThatThrownBy(() -> backend().add(a, normal(1, 2, 2), a))
                .hasMessage("add needs tensors of one size, and got 2×3 and 2×2");
        assertThatThrownBy(() -> backend().write(new float[2], a)).hasMessageContaining("needs 6 values, and got 2");
    }

    @Test
    void nonFiniteValuesAreFlaggedOnceWithTheirStep() {
        Tensor flags = backend().empty(Shape.of(3));
        backend().fill(0, flags);
        float[] values = new float[10_000];
        backend().flagNonFinite(tensor(values, 10_000), 5, 0, flags);
        values[9_999] = Float.NaN;
        backend().flagNonFinite(tensor(values, 10_000), 6, 1, flags);
        values[9_999] = Float.NEGATIVE_INFINITY;
        backend().flagNonFinite(tensor(values, 10_000), 7, 2, flags);
        backend().flagNonFinite(tensor(values, 10_000), 8, 2, flags);
        assertThat(flags.toArray()).containsExactly(0, 6, 7);
    }

    @Test
    void rowsAreGathered() {
        Tensor y = backend().empty(Shape.of(3, 2));
        backend().gatherRows(tensor(new float[] {1, 2, 3, 4}, 2, 2), new int[] {1, 0, 1}, y);
        assertThat(y.toArray()).containsExactly(3, 4, 1, 2, 3, 4);
        assertThatThrownBy(() ->
                        backend().gatherRows(y, new int[] {3}, backend().empty(Shape.of(1, 2))))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void columnsAreCopied() {
        Tensor x = tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Tensor y = tensor(new float[] {10, 20, 30, 40, 50, 60, 70, 80}, 2, 4);
        backend().copyColumns(x, 1, y, 2, 2);
        assertThat(y.toArray()).containsExactly(10, 20, 2, 3, 50, 60, 5, 6);
        assertThatThrownBy(() -> backend().copyColumns(x, 2, y, 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> backend().copyColumns(x, 0, tensor(new float[6], 3, 2), 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itemsHaveDotsFactorsAndNormPenalties() {
        Tensor a = tensor(new float[] {1, 2, 3, 4}, 2, 2);
        Tensor dots = backend().empty(Shape.of(2));
        backend().itemDots(a, tensor(new float[] {5, 6, 7, 8}, 2, 2), dots);
        assertThat(dots.toArray()).containsExactly(17, 53);
        Tensor scaled = backend().empty(a.shape());
        backend().scaleItems(a, tensor(new float[] {2, -1}, 2), scaled);
        assertThat(scaled.toArray()).containsExactly(2, 4, -3, -4);
        backend().scaleItems(a, tensor(new float[] {10}, 1), a);
        assertThat(a.toArray()).containsExactly(10, 20, 30, 40);
        Tensor value = backend().empty(Shape.of(1));
        Tensor slopes = backend().empty(Shape.of(3));
        backend().normPenalty(tensor(new float[] {25, 0, 1}, 3), 1, 0.5f, value, slopes);
        // norms 5, 0 and 1: ½ (16 + 1 + 0), and (5 − 1) / 5, nothing, nothing
        assertThat(value.item()).isEqualTo(8.5f);
        assertThat(slopes.toArray()).containsExactly(0.8f, 0, 0);
        backend().normPenalty(tensor(new float[] {25, 0, 1}, 3), 0, 0.5f, value, slopes);
        assertThat(value.item()).isEqualTo(13);
        assertThat(slopes.toArray()).containsExactly(1, 1, 1);
    }
}
