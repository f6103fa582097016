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
 * Reads batches of a data set into the same memory again and again: a batch holds until the next one is read. Of data that
 * lie on a disk the next batch can be read ahead, by another thread; others are written straight into the batch.
 */
final class BatchReader {
    private final Dataset data;
    private final Backend backend;
    private final int item;
    private final Map<Integer, Tensor> batches = new HashMap<>();
    private float[] values = {};
    private float[] spare = {};
    private int[] aheadOf;
    private CompletableFuture<float[]> ahead;

    BatchReader(Dataset data, Backend backend) {
        this.data = data;
        this.backend = backend;
        this.item = Shape.of(data.shape()).size();
    }

    Dataset data() {
        return data;
    }

    /** Begins to read the batch that will be wanted next, if that pays; what is read is the same with it or without. */
    void readAhead(int[] indices) {
        if (data.onDisk() && ahead == null) {
            float[] target = spare;
            aheadOf = indices.clone();
            ahead = CompletableFuture.supplyAsync(() -> fill(target, indices));
        }
    }

    Tensor read(int[] indices) {
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
