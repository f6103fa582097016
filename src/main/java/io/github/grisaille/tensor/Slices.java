package io.github.grisaille.tensor;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Parts of tensors, mirrored tensors and joined tensors, as copies on the tensor's backend. */
final class Slices {
    private Slices() {}

    /** Items {@code from} … {@code to − 1} along the first axis. */
    static Tensor rows(Tensor x, int from, int to) {
        int count = rowCount(x, "rows(from, to)");
        if (from < 0 || to > count || from >= to) {
            throw new IllegalArgumentException("rows(from, to) of " + x.shape() + " needs 0 ≤ from < to ≤ " + count
                    + ", the extent of the first axis; got rows(" + from + ", " + to + ")");
        }
        return gather(x, IntStream.range(from, to).toArray());
    }

    /** Items with these indices along the first axis. */
    static Tensor rows(Tensor x, int[] indices) {
        int count = rowCount(x, "rows(indices)");
        if (indices.length == 0) {
            throw new IllegalArgumentException("rows(indices) of " + x.shape() + " needs at least one index; got none");
        }
        for (int index : indices) {
            if (index < 0 || index >= count) {
                throw new IllegalArgumentException(
                        "rows(indices) of " + x.shape() + " needs indices from 0 to " + (count - 1) + "; got " + index);
            }
        }
        return gather(x, indices);
    }

    /** The first items. */
    static Tensor first(Tensor x, int count) {
        int most = rowCount(x, "first(count)");
        if (count < 1 || count > most) {
            throw new IllegalArgumentException("first(count) of " + x.shape() + " needs a count from 1 to " + most
                    + ", the extent of the first axis; got " + count);
        }
        return rows(x, 0, count);
    }

    /** One item, without the first axis. */
    static Tensor row(Tensor x, int index) {
        int count = rowCount(x, "row(index)");
        int row = index < 0 ? index + count : index;
        if (row < 0 || row >= count) {
            throw new IllegalArgumentException("row(index) of " + x.shape() + " needs an index from 0 to " + (count - 1)
                    + ", or from −1 (the last row) to " + -count + "; got " + index);
        }
        return gather(x, row).reshape(x.shape().item());
    }

    private static int rowCount(Tensor x, String what) {
        if (x.shape().rank() == 0) {
            throw new IllegalArgumentException(
                    what + " needs a tensor with a first axis; this one is a scalar: read it with item()");
        }
        return x.axis(0);
    }

    /** Items along the first axis, in this order. */
    static Tensor gather(Tensor x, int... rows) {
        Tensor y = x.backend().empty(x.shape().withBatch(rows.length));
        x.backend().gatherRows(x, rows, y);
        return y;
    }

    /** Images with left and right exchanged. */
    static Tensor flipped(Tensor images) {
        int rank = images.shape().rank();
        if (rank != 3 && rank != 4) {
            throw new IllegalArgumentException("flipped() mirrors images, (batch, height, width, channels) or (height,"
                    + " width, channels); got the shape " + images.shape() + ": name an axis, as in flipped(0)");
        }
        return flipped(images, -2);
    }

    /** The values in reverse order along an axis. */
    static Tensor flipped(Tensor x, int axis) {
        int extent = x.axis(axis);
        int outer = product(x.shape().toArray(), 0, index(x, axis));
        int[] order = IntStream.range(0, outer * extent)
                .map(i -> i - i % extent + extent - 1 - i % extent)
                .toArray();
        Tensor rows = x.reshape(outer * extent, x.size() / outer / extent);
        return gather(rows, order).reshape(x.shape());
    }

    /** Tensors one after another along an axis. */
    static Tensor concat(int axis, Tensor... parts) {
        if (parts.length == 0) {
            throw new IllegalArgumentException("concat needs at least one tensor");
        }
        Tensor first = parts[0];
        if (first.shape().rank() == 0) {
            throw new IllegalArgumentException(
                    "concat joins tensors along an axis, and a scalar has none: give it one with reshape(1)");
        }
        int extent = first.axis(axis);
        int place = index(first, axis);
        int total = 0;
        for (int i = 0; i < parts.length; i++) {
            check(parts, i, place);
            total = Math.addExact(total, parts[i].axis(place));
        }
        int[] extents = first.shape().toArray();
        int outer = product(extents, 0, place);
        int inner = first.size() / outer / extent;
        extents[place] = total;
        Tensor joined = first.backend().empty(Shape.of(extents));
        Tensor columns = joined.reshape(outer, total * inner);
        int at = 0;
        for (Tensor part : parts) {
            int width = part.axis(place) * inner;
            first.backend().copyColumns(part.reshape(outer, width), 0, columns, at, width);
            at += width;
        }
        return joined;
    }

    private static void check(Tensor[] parts, int i, int axis) {
        int[] wanted = parts[0].shape().toArray();
        int[] extents = parts[i].shape().toArray();
        if (extents.length == wanted.length) {
            wanted[axis] = extents[axis];
        }
        if (!Arrays.equals(extents, wanted)) {
            throw new IllegalArgumentException("concat along axis " + axis + " needs shapes that are equal but for that"
                    + " axis; tensor 0 has " + parts[0].shape() + " and tensor " + i + " has " + parts[i].shape()
                    + ": reshape one, or name another axis");
        }
        Arithmetic.sameBackend("concat", parts[0], parts[i]);
    }

    /** The place of an axis, counted from 0. It must be there. */
    static int index(Tensor x, int axis) {
        x.axis(axis);
        return axis < 0 ? axis + x.shape().rank() : axis;
    }

    private static int product(int[] extents, int from, int to) {
        return Arrays.stream(extents, from, to).reduce(1, (a, b) -> a * b);
    }
}
