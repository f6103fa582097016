package io.github.grisaille.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The extents of a tensor's axes, outermost first. Images are (batch, height, width, channels). */
public final class Shape {
    private final int[] extents;
    private final int rows;
    private final int size;

    private Shape(int[] extents) {
        long rowProduct = 1;
        long product = 1;
        for (int extent : extents) {
            if (extent < 1) {
                throw new IllegalArgumentException(
                        "a shape needs extents of at least 1; got " + Arrays.toString(extents));
            }
            rowProduct = product;
            product *= extent;
            if (product > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("a tensor holds at most 2^31 - 1 values; " + Arrays.toString(extents)
                        + " has more: use a smaller batch");
            }
        }
        this.extents = extents;
        this.rows = (int) rowProduct;
        this.size = (int) product;
    }

    /** A shape with these extents. Without any extent it is the shape of a scalar, of size 1. */
    public static Shape of(int... extents) {
        return new Shape(extents.clone());
    }

    public int rank() {
        return extents.length;
    }

    /** The extent of an axis. A negative axis counts from the end: {@code axis(-1)} is the number of channels. */
    public int axis(int axis) {
        int index = axis < 0 ? axis + extents.length : axis;
        if (index < 0 || index >= extents.length) {
            throw new IllegalArgumentException(
                    "there is no axis " + axis + " in the shape " + this + " of rank " + rank());
        }
        return extents[index];
    }

    /** The number of values. */
    public int size() {
        return size;
    }

    /**
     * The product of all extents except the last. As a matrix, the tensor has this many rows, each with one value per
     * channel.
     *
     * @throws IllegalArgumentException if the shape is that of a scalar
     */
    public int rows() {
        if (rank() == 0) {
            throw new IllegalArgumentException("a scalar has no rows");
        }
        return rows;
    }

    /** This shape with another first extent. */
    public Shape withBatch(int batch) {
        if (rank() == 0) {
            throw new IllegalArgumentException("a scalar has no batch axis");
        }
        int[] copy = extents.clone();
        copy[0] = batch;
        return new Shape(copy);
    }

    /** The shape of one item: this shape without its first axis. */
    public Shape item() {
        if (rank() == 0) {
            throw new IllegalArgumentException("a scalar has no batch axis");
        }
        return new Shape(Arrays.copyOfRange(extents, 1, extents.length));
    }

    /** The shape of a batch of items of this shape. */
    public Shape batchOf(int batch) {
        return new Shape(
                IntStream.concat(IntStream.of(batch), IntStream.of(extents)).toArray());
    }

    /**
     * The shape of a result for which operands of these shapes are repeated, by NumPy's rule. The shapes are aligned at the
     * last axis. At each axis the extents are alike, or one of them is 1 or missing. The result has the greater extent.
     *
     * @throws IllegalArgumentException if the extents of an axis differ, and none is 1
     */
    public static Shape broadcast(Shape a, Shape b) {
        int[] extents = new int[Math.max(a.rank(), b.rank())];
        for (int back = 1; back <= extents.length; back++) {
            int own = back <= a.rank() ? a.axis(-back) : 1;
            int other = back <= b.rank() ? b.axis(-back) : 1;
            if (own != other && own != 1 && other != 1) {
                throw new IllegalArgumentException(
                        "shapes are repeated along axes of extent 1 only; got " + a + " and " + b
                                + ", which have " + own + " and " + other + " at axis " + -back
                                + ": reshape one of them, or use other extents");
            }
            extents[extents.length - back] = Math.max(own, other);
        }
        return new Shape(extents);
    }

    public int[] toArray() {
        return extents.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    /** For example {@code 128×28×28×1}; {@code scalar} for a shape with no axes. */
    @Override
    public String toString() {
        return rank() == 0
                ? "scalar"
                : Arrays.stream(extents).mapToObj(String::valueOf).collect(Collectors.joining("×"));
    }
}
