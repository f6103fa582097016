package io.github.grisaille.oracle.pytorch;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A tensor of a sample: a shape and values in row-major order, in double precision.
 *
 * @param gradient the gradient that PyTorch computed for the values, or null
 * @param floating whether PyTorch held floating-point numbers
 */
record Nd(int[] shape, double[] values, double[] gradient, boolean floating) {
    Nd(int[] shape, double[] values) {
        this(shape, values, null, true);
    }

    static boolean isTensor(Object value) {
        return value instanceof Map<?, ?> map && map.containsKey("shape");
    }

    static Nd of(Object value) {
        Map<?, ?> map = (Map<?, ?>) value;
        List<?> extents = (List<?>) map.get("shape");
        int[] shape =
                extents.stream().mapToInt(each -> ((Number) each).intValue()).toArray();
        return new Nd(
                shape, doubles(map.get("values")), doubles(map.get("gradient")), "float64".equals(map.get("type")));
    }

    private static double[] doubles(Object list) {
        return list == null
                ? null
                : ((List<?>) list)
                        .stream()
                                .mapToDouble(each -> ((Number) each).doubleValue())
                                .toArray();
    }

    static Nd of(Tensor tensor) {
        float[] floats = tensor.toArray();
        double[] values = new double[floats.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats[i];
        }
        return new Nd(tensor.shape().toArray(), values);
    }

    int rank() {
        return shape.length;
    }

    /** The gradient as a tensor of its own. */
    Nd ofGradient() {
        return new Nd(shape, gradient);
    }

    Nd reshape(int... extents) {
        return new Nd(extents, values, gradient, floating);
    }

    /** The axes in another order. */
    Nd permute(int... order) {
        int[] extents = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            extents[i] = shape[order[i]];
        }
        return new Nd(extents, permuted(values, order), gradient == null ? null : permuted(gradient, order), floating);
    }

    private double[] permuted(double[] from, int[] order) {
        int rank = shape.length;
        int[] strides = new int[rank];
        int step = 1;
        for (int i = rank - 1; i >= 0; i--) {
            strides[i] = step;
            step *= shape[i];
        }
        double[] to = new double[from.length];
        int[] place = new int[rank];
        for (int at = 0; at < to.length; at++) {
            int source = 0;
            for (int i = 0; i < rank; i++) {
                source += place[i] * strides[order[i]];
            }
            to[at] = from[source];
            for (int i = rank - 1; i >= 0 && ++place[i] == shape[order[i]]; i--) {
                place[i] = 0;
            }
        }
        return to;
    }

    /** A tensor of the library with these values. */
    Tensor tensor() {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensor.of(floats, Shape.of(shape).toArray());
    }
}
