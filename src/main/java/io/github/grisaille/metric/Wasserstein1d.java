package io.github.grisaille.metric;

import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;

/**
 * The exact Wasserstein-1 distance between two samples of numbers. On the line it is the area between the quantile
 * functions: ∫ |F⁻¹(u) − G⁻¹(u)| du over u from 0 to 1 (Villani 2003, remark 2.19).
 */
public final class Wasserstein1d {
    private Wasserstein1d() {}

    /** The distance between the values of two tensors of any shape. */
    public static double between(Tensor a, Tensor b) {
        return between(doubles(a), doubles(b));
    }

    /**
     * The distance between two samples, in the unit of the samples. Their sizes may differ.
     *
     * @throws IllegalArgumentException if a sample is empty, or a value is NaN or infinite
     */
    public static double between(double[] a, double[] b) {
        double[] left = sorted(a);
        double[] right = sorted(b);
        // u in units of 1 / (left.length · right.length), where both quantile functions step at whole numbers
        long at = 0;
        double area = 0;
        int i = 0;
        int j = 0;
        while (i < left.length && j < right.length) {
            long endOfLeft = (i + 1L) * right.length;
            long endOfRight = (j + 1L) * left.length;
            long end = Math.min(endOfLeft, endOfRight);
            area += (end - at) * Math.abs(left[i] - right[j]);
            at = end;
            i += end == endOfLeft ? 1 : 0;
            j += end == endOfRight ? 1 : 0;
        }
        return area / left.length / right.length;
    }

    private static double[] sorted(double[] sample) {
        if (sample.length == 0) {
            throw new IllegalArgumentException("a distance needs samples of at least one value; got none");
        }
        for (double value : sample) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("a distance needs finite samples; got " + value);
            }
        }
        double[] copy = sample.clone();
        Arrays.sort(copy);
        return copy;
    }

    private static double[] doubles(Tensor tensor) {
        float[] values = tensor.toArray();
        double[] copy = new double[values.length];
        Arrays.setAll(copy, i -> values[i]);
        return copy;
    }
}
