package io.github.grisaille.train;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Reads batches of a data set. All batches use the same memory, so a batch is valid until the next one is read. If the data
 * are on a disk, another thread can read the next batch ahead.
 */
public final class BatchReader {
    private final Dataset data;
    private final Backend backend;
    private final int item;
    private final Map<Integer, Tensor> batches = new HashMap<>();
    private float[] values = {};
    private float[] spare = {};
    private int[] aheadOf;
    private CompletableFuture<float[]> ahead;

    /**
     * @param backend where batches belong
     */
    public BatchReader(Dataset data, Backend backend) {
        this.data = data;
        this.backend = backend;
        this.item = Shape.of(data.shape()).size();
    }

    /** The data set. */
    public Dataset data() {
        return data;
    }

    /**
     * Begins to read the batch that will be wanted next, if the data are on a disk. It changes only the time, not the values
     * that {@link #read} gives.
     */
    public void readAhead(int[] indices) {
        if (data.onDisk() && ahead == null) {
            float[] target = spare;
            aheadOf = indices.clone();
            ahead = CompletableFuture.supplyAsync(() -> fill(target, indices));
        }
    }

    /**
     * Reads a batch: the items with these indices, in this order.
     *
     * @return (number of indices, shape of an item), valid until the next call
     */
    public Tensor read(int[] indices) {
        Tensor batch = batches.computeIfAbsent(
                indices.length, size -> backend.empty(Shape.of(data.shape()).batchOf(size)));
        if (ahead == null) {
            data.read(indices, batch);
        } else {
            float[] before = values;
            float[] done = awaited();
            values = Arrays.equals(indices, aheadOf) ? done : fill(done, indices);
            spare = before;
            backend.write(values, batch);
        }
        return batch;
    }

    private float[] awaited() {
        try {
            return ahead.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw failed;
        } finally {
            ahead = null;
        }
    }

    private float[] fill(float[] target, int[] indices) {
        float[] filled = target.length < indices.length * item ? new float[indices.length * item] : target;
        for (int i = 0; i < indices.length; i++) {
            data.read(indices[i], filled, i * item);
        }
        return filled;
    }
}
