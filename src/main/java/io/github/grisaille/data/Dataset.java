package io.github.grisaille.data;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Items of one shape. An item becomes floats only when it is read. */
public interface Dataset {
    /** The number of items, at least 1. */
    int size();

    /** The shape of one item, such as {28, 28, 1}. */
    int[] shape();

    /** Writes the values of one item into an array. */
    void read(int index, float[] target, int offset);

    /**
     * Writes some items into a batch, one after another.
     *
     * @param batch a batch with one item for each index, on any backend
     * @throws IllegalArgumentException if the batch has another shape
     * @throws IndexOutOfBoundsException if an index has no item
     */
    default void read(int[] indices, Tensor batch) {
        Batches.check(this, indices, batch);
        int item = Shape.of(shape()).size();
        batch.backend()
                .write(
                        values -> {
                            for (int i = 0; i < indices.length; i++) {
                                read(indices[i], values, i * item);
                            }
                        },
                        batch);
    }

    /** Whether items are read from a disk. Then a trainer reads the next batch while a step computes. */
    default boolean onDisk() {
        return false;
    }

    /** The values of some items, one after another. */
    default float[] values(int... indices) {
        int item = Shape.of(shape()).size();
        float[] values = new float[indices.length * item];
        for (int i = 0; i < indices.length; i++) {
            read(indices[i], values, i * item);
        }
        return values;
    }

    /** Items {@code from} … {@code to − 1} as one batch. */
    default Tensor items(int from, int to, Backend backend) {
        return backend.tensor(
                values(IntStream.range(from, to).toArray()), Shape.of(shape()).batchOf(to - from));
    }

    /**
     * The first items as one batch on the CPU.
     *
     * @param count from 1 to {@link #size()}
     */
    default Tensor first(int count) {
        if (count < 1 || count > size()) {
            throw new IllegalArgumentException(
                    "first(count) needs a count from 1 to " + size() + ", the number of items; got " + count);
        }
        return items(0, count, Backend.cpu());
    }

    /**
     * Applies a function to all items, batch by batch, and keeps the results in memory. For example, {@code
     * digits.map(encoder::predict)} gives the codes of the digits.
     *
     * @param function returns one item for each item of its batch, all of one shape. It is called in order, on the CPU,
     *     with up to 1,000 items
     */
    default ArrayDataset map(UnaryOperator<Tensor> function) {
        int batch = 1000;
        float[] all = null;
        Shape shape = null;
        for (int from = 0; from < size(); from += batch) {
            int count = Math.min(batch, size() - from);
            Tensor made = function.apply(items(from, from + count, Backend.cpu()));
            shape = shape == null ? made.shape().item() : shape;
            if (!made.shape().equals(shape.batchOf(count))) {
                throw new IllegalArgumentException(
                        "map needs a function that returns one item for each item, all of one shape: for " + count
                                + " items it should return " + shape.batchOf(count) + "; got " + made.shape());
            }
            all = all == null ? new float[Math.multiplyExact(size(), shape.size())] : all;
            System.arraycopy(made.toArray(), 0, all, from * shape.size(), made.size());
        }
        return new ArrayDataset(all, shape.toArray());
    }
}
