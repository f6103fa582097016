package io.github.grisaille.data;

import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;

/**
 * Chooses the items of each step. Every epoch visits all items once, in an order that depends only on the seed and the
 * epoch. The last batch of an epoch may be smaller.
 */
public final class Batches {
    private static final int ORDER = 0;

    private final int size;
    private final int batch;
    private final long seed;
    private long shuffledEpoch = -1;
    private int[] order;

    /**
     * @param size the number of items
     * @param batch the batch size
     */
    public Batches(int size, int batch, long seed) {
        if (size < 1 || batch < 1) {
            throw new IllegalArgumentException(
                    "batches need at least 1 item and a batch size of at least 1; got " + size + " and " + batch);
        }
        this.size = size;
        this.batch = batch;
        this.seed = seed;
    }

    /** Checks that a tensor is a batch of items of this data set, with one item for each index. */
    static void check(Dataset data, int[] indices, Tensor batch) {
        Shape wanted = Shape.of(data.shape()).batchOf(indices.length);
        if (!batch.shape().equals(wanted)) {
            throw new IllegalArgumentException(indices.length + " items of " + Shape.of(data.shape())
                    + " need a batch of " + wanted + "; got one of " + batch.shape());
        }
    }

    /** The number of batches in an epoch. */
    public long perEpoch() {
        return (size + (long) batch - 1) / batch;
    }

    /** The indices of the items of one step. The first step of the first epoch is 1; later epochs go on counting. */
    public int[] indices(long step) {
        if (step < 1) {
            throw new IllegalArgumentException("the first step is 1; got step " + step);
        }
        long epoch = (step - 1) / perEpoch();
        if (epoch != shuffledEpoch) {
            order = new RandomStream(seed, ORDER).fork(epoch).permutation(size);
            shuffledEpoch = epoch;
        }
        int from = (int) ((step - 1) % perEpoch()) * batch;
        return Arrays.copyOfRange(order, from, Math.min(size, from + batch));
    }
}
