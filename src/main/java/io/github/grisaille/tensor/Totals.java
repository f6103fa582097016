package io.github.grisaille.tensor;

import java.util.stream.IntStream;

/** Numbers that all values of a tensor make together. They are computed on its backend, then read. */
final class Totals {
    private Totals() {}

    static float sum(Tensor x) {
        Tensor total = x.backend().empty(Shape.of(1));
        x.backend().sum(x, total);
        return total.item();
    }

    static float mean(Tensor x) {
        return sum(x) / x.size();
    }

    /** The sums along an axis. The result does not have this axis. */
    static Tensor sum(Tensor x, int axis) {
        int[] extents = x.shape().toArray();
        int place = Slices.index(x, axis);
        extents[place] = 1;
        Tensor sums = x.backend().empty(Shape.of(extents));
        x.backend().sumOver(x, Write.REPLACE, sums);
        return sums.reshape(IntStream.range(0, extents.length)
                .filter(i -> i != place)
                .map(i -> extents[i])
                .toArray());
    }

    static Tensor mean(Tensor x, int axis) {
        Tensor sums = sum(x, axis);
        x.backend().scale(sums, 1f / x.axis(axis), sums);
        return sums;
    }

    static float min(Tensor x) {
        Tensor least = x.backend().empty(Shape.of(1));
        x.backend().minimum(x, least);
        return least.item();
    }

    static float max(Tensor x) {
        Tensor greatest = x.backend().empty(Shape.of(1));
        x.backend().maximum(x, greatest);
        return greatest.item();
    }

    static float maxDifference(Tensor a, Tensor b) {
        if (!a.shape().equals(b.shape())) {
            throw new IllegalArgumentException("values are compared one by one, so both tensors need one shape; got "
                    + a.shape() + " and " + b.shape() + ": reshape one, or take rows of it");
        }
        Tensor difference = Arithmetic.minus(a, b);
        return Math.max(max(difference), -min(difference));
    }

    static boolean closeTo(Tensor a, Tensor b, double tolerance) {
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException("a tolerance must be at least 0; got " + tolerance);
        }
        return maxDifference(a, b) <= tolerance;
    }

    static float norm(Tensor x) {
        Tensor squares = x.backend().empty(Shape.of(1));
        x.backend().sumOfSquares(x, Write.REPLACE, squares);
        return (float) Math.sqrt(squares.item());
    }
}
