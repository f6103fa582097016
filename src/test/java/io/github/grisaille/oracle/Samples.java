package io.github.grisaille.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** Random tensors for tests, and comparisons. */
public final class Samples {
    private Samples() {}

    /** Normal values from a seed. */
    public static Tensor normal(long seed, int... shape) {
        return normal(seed, Shape.of(shape));
    }

    public static Tensor normal(long seed, Shape shape) {
        Tensor tensor = Backend.cpu().empty(shape);
        Backend.cpu().normal(new RandomStream(seed, 77), 0, 1, tensor);
        return tensor;
    }

    /** Values that are at least 0.2 from 0 and from each other by 0.01, so that no kink and no tie is near. */
    public static Tensor apart(long seed, Shape shape) {
        int[] order = new RandomStream(seed, 78).permutation(shape.size());
        float[] values = new float[order.length];
        for (int i = 0; i < values.length; i++) {
            float magnitude = 0.2f + 0.01f * (order[i] / 2);
            values[i] = order[i] % 2 == 0 ? magnitude : -magnitude;
        }
        return Backend.cpu().tensor(values, shape);
    }

    /** So many values, each made from its index. */
    public static float[] values(int count, IntToDoubleFunction value) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) value.applyAsDouble(i);
        }
        return values;
    }

    /** The bits of each value, so that two NaN can be equal, and 0 and −0 are not. */
    public static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    /** The same up to rounding of sums of so many terms. */
    public static void assertClose(String what, float[] actual, float[] expected, int terms) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        double tolerance = 5e-7 * Math.sqrt(terms) * largest;
        for (int i = 0; i < actual.length; i++) {
            // written so that a NaN fails
            if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
                throw new AssertionError(what + " at " + i + " of " + actual.length + ": " + actual[i] + ", expected "
                        + expected[i] + " ± " + tolerance);
            }
        }
    }
}
