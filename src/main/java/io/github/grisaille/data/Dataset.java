package io.github.grisaille.data;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Items of one shape, each made into floats only when it is read. */
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
     * @param batch as many items as there are indices, on any backend
     * @throws IllegalArgumentException if the batch has another shape
     * @throws IndexOutOfBoundsException if there is no item of an index
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

    /** Whether items come from a disk, so that it pays to read the next batch while a step computes. */
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

    /** The first items as one batch on the CPU; more than there are cannot be had. */
    default Tensor first(int count) {
        if (count < 1 || count > size()) {
            throw new IllegalArgumentException("first(" + count + ") of " + size() + " items");
        }
        return items(0, count, Backend.cpu());
    }

    /**
     * What a function of batches makes of every item, in memory: {@code digits.map(encoder::predict)} are the digits'
     * codes.
     *
     * @param function gives one item for each that it gets, all of one shape; it is called on the CPU with up to 1,000
     *     items at a time, in order
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
                        "a function of batches gives one item for each, all of one shape: for " + count
                                + " items it gave " + made.shape() + ", wanted was " + shape.batchOf(count));
            }
            all = all == null ? new float[Math.multiplyExact(size(), shape.size())] : all;
            System.arraycopy(made.toArray(), 0, all, from * shape.size(), made.size());
        }
        return new ArrayDataset(all, shape.toArray());
    }
}
