package io.github.grisaille.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Simple functions of values, tables and extreme values, on every backend; its test extends this. */
public abstract class ElementContract {
    /** The backend under test. */
    protected abstract Backend backend();

    private Tensor tensor(float[] values, int... shape) {
        return backend().tensor(values, Shape.of(shape));
    }

    private Tensor normal(long seed, int... shape) {
        return Samples.normal(seed, shape).to(backend());
    }

    @Test
    void simpleFunctionsOfAFewValues() {
        Tensor x = tensor(new float[] {4, 0.25f, 1, 0}, 4);
        Tensor y = backend().empty(x.shape());
        backend().subtract(x, tensor(new float[] {1, 2, 3, 4}, 4), y);
        assertThat(y.toArray()).containsExactly(3, -1.75f, -2, -4);
        backend().shift(x, -1, y);
        assertThat(y.toArray()).containsExactly(3, -0.75f, 0, -1);
        backend().inverseRoot(x, 0, y);
        assertThat(y.toArray()).containsExactly(0.5f, 2, 1, Float.POSITIVE_INFINITY);
        backend().inverseRoot(x, 0.0625f, x);
        assertThat(x.toArray()[3]).isEqualTo(4);
        float[] values = {1, 1.5f, 2, -1, Float.NaN, Float.POSITIVE_INFINITY};
        Tensor steps = tensor(values, 6);
        backend().step(steps, 1, steps);
        assertThat(steps.toArray()).containsExactly(0, 1, 1, 0, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 17, 207, 70_001})
    void simpleFunctionsAreThoseOfPlainLoops(int size) {
        Tensor a = normal(1, size);
        Tensor b = normal(2, size);
        Tensor y = normal(3, size);
        float[] av = a.toArray();
        float[] bv = b.toArray();
        backend().subtract(a, b, y);
        float[] expected = Samples.values(size, i -> av[i] - bv[i]);
        assertThat(Arrays.mismatch(y.toArray(), expected)).isEqualTo(-1);
        backend().shift(a, 0.3f, y);
        expected = Samples.values(size, i -> av[i] + 0.3f);
        assertThat(Arrays.mismatch(y.toArray(), expected)).isEqualTo(-1);
        backend().step(a, 0.3f, y);
        expected = Samples.values(size, i -> av[i] > 0.3f ? 1 : 0);
        assertThat(Arrays.mismatch(y.toArray(), expected)).isEqualTo(-1);
        backend().inverseRoot(a, 3, y);
        expected = Samples.values(size, i -> (float) (1 / Math.sqrt(av[i] + 3.0)));
        assertThat(Arrays.mismatch(y.toArray(), expected)).isEqualTo(-1);
    }

    @Test
    void otherSizesAreRefused() {
        Tensor two = tensor(new float[2], 2);
        Tensor three = tensor(new float[3], 3);
        assertThatThrownBy(() -> backend().subtract(two, three, two))
                .hasMessage("subtract needs tensors of one size; got 2 and 3");
        assertThatThrownBy(() -> backend().shift(two, 1, three)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> backend().inverseRoot(two, 1, three)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> backend().step(two, 1, three)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> backend().minimum(two, three)).hasMessage("minimum needs 1 values; got 3");
        assertThatThrownBy(() -> backend().maximum(two, two)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> backend().lookUp(two, two, three)).hasMessage("lookUp needs 2 values; got 3");
        assertThatThrownBy(() -> backend().lookUpGradient(two, three, Write.REPLACE, two))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLabelNamesARowOfATable() {
        Tensor table = tensor(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        Tensor labels = tensor(new float[] {2, 0, 2}, 3, 1);
        Tensor y = backend().empty(Shape.of(3, 1, 2));
        backend().lookUp(table, labels, y);
        assertThat(y.toArray()).containsExactly(5, 6, 1, 2, 5, 6);
        Tensor dTable = tensor(new float[] {10, 10, 20, 20, 30, 30}, 3, 2);
        Tensor dy = tensor(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        backend().lookUpGradient(dy, labels, Write.ADD, dTable);
        assertThat(dTable.toArray()).containsExactly(13, 14, 20, 20, 36, 38);
        backend().lookUpGradient(dy, labels, Write.REPLACE, dTable);
        assertThat(dTable.toArray()).containsExactly(3, 4, 0, 0, 6, 8);
    }

    @Test
    void aLabelWithoutARowMakesNaNAndNoGradient() {
        float[] wrong = {-1, 3, 0.5f, Float.NaN, Float.POSITIVE_INFINITY, -1e30f, 1e30f, 1.0000001f};
        Tensor table = tensor(new float[] {1, 2, 3}, 3);
        for (float label : wrong) {
            Tensor labels = tensor(new float[] {-0f, label, 2}, 3);
            Tensor y = backend().empty(labels.shape());
            backend().lookUp(table, labels, y);
            assertThat(y.toArray()).as("label " + label).containsExactly(1, Float.NaN, 3);
            Tensor dTable = backend().empty(table.shape());
            backend().lookUpGradient(tensor(new float[] {5, 6, 7}, 3), labels, Write.REPLACE, dTable);
            assertThat(dTable.toArray()).as("label " + label).containsExactly(5, 0, 7);
        }
    }

    @ParameterizedTest(name = "{0} labels of {1} rows of {2}")
    @CsvSource({"1,1,1", "3,1,17", "207,10,13", "5003,10,33", "1001,300,300", "6,70001,3"})
    void rowsAndTheirGradientsAreThoseOfPlainLoops(int count, int rows, int width) {
        Random random = new Random(count);
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(rows + 1) - random.nextInt(2);
        }
        Tensor table = normal(1, rows, width);
        Tensor dy = normal(2, count, width);
        float[] tv = table.toArray();
        float[] dv = dy.toArray();
        float[] expected = new float[count * width];
        double[] gradient = new double[rows * width];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < width; j++) {
                boolean known = labels[i] >= 0 && labels[i] < rows;
                expected[i * width + j] = known ? tv[(int) labels[i] * width + j] : Float.NaN;
                if (known) {
                    gradient[(int) labels[i] * width + j] += dv[i * width + j];
                }
            }
        }
        Tensor y = normal(3, count, width);
        backend().lookUp(table, tensor(labels, count), y);
        assertThat(Arrays.mismatch(y.toArray(), expected)).isEqualTo(-1);
        float[] sums = Samples.values(gradient.length, i -> (float) gradient[i]);
        Tensor dTable = normal(4, rows, width);
        backend().lookUpGradient(dy, tensor(labels, count), Write.REPLACE, dTable);
        assertThat(Arrays.mismatch(dTable.toArray(), sums)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 17, 207, 4096, 4097, 300_001})
    void extremeValuesAreFoundWhereverTheyAre(int size) {
        Tensor result = backend().empty(Shape.of(1));
        for (int place : new int[] {0, size / 2, size - 1}) {
            float[] values = Samples.normal(5, size).toArray();
            values[place] = 50;
            backend().maximum(tensor(values, size), result);
            assertThat(result.item()).isEqualTo(50);
            values[place] = -60;
            backend().minimum(tensor(values, size), result);
            assertThat(result.item()).isEqualTo(-60);
            values[place] = Float.NaN;
            backend().minimum(tensor(values, size), result);
            assertThat(result.item()).isNaN();
            backend().maximum(tensor(values, size), result);
            assertThat(result.item()).isNaN();
            Arrays.fill(values, Float.NEGATIVE_INFINITY);
            backend().maximum(tensor(values, size), result);
            assertThat(result.item()).isEqualTo(Float.NEGATIVE_INFINITY);
            backend().minimum(tensor(values, size), result);
            assertThat(result.item()).isEqualTo(Float.NEGATIVE_INFINITY);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 0.05f, 0.5f, 0.75f, 1})
    void aBernoulliValueIsOneWhereDropoutKeepsTheValue(float probability) {
        int size = 10_001;
        Tensor y = normal(1, size);
        Tensor ones = normal(2, size);
        Tensor mask = normal(3, size);
        Tensor kept = normal(4, size);
        RandomStream random = new RandomStream(3, 4, 5);
        RandomStream same = new RandomStream(3, 4, 5);
        backend().fill(1, ones);
        backend().bernoulli(random, probability, y);
        backend().dropout(same, 1 - probability, ones, mask, kept);
        assertThat(random.position()).isEqualTo(same.position());
        float[] values = y.toArray();
        float[] dropped = kept.toArray();
        int count = 0;
        for (int i = 0; i < size; i++) {
            assertThat(values[i]).isEqualTo(dropped[i] == 0 ? 0 : 1);
            count += (int) values[i];
        }
        // four standard deviations
        double deviation = Math.sqrt(size * probability * (1 - probability));
        assertThat(Math.abs(count - size * probability)).isLessThanOrEqualTo((float) (4 * deviation));
    }
}
