package io.github.grisaille.train;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/** Reads batches of a data set into the same memory again and again: a batch holds until the next one is read. */
final class BatchReader {
    private final Dataset data;
    private final Backend backend;
    private final int item;
    private final Map<Integer, Tensor> batches = new HashMap<>();
    private float[] values = {};

    BatchReader(Dataset data, Backend backend) {
        this.data = data;
        this.backend = backend;
        this.item = Shape.of(data.shape()).size();
    }

    Dataset data() {
        return data;
    }

    Tensor read(int[] indices) {
        if (values.length < indices.length * item) {
            values = new float[indices.length * item];
        }
        for (int i = 0; i < indices.length; i++) {
            data.read(indices[i], values, i * item);
        }
        Tensor batch = batches.computeIfAbsent(
                indices.length, size -> backend.empty(Shape.of(data.shape()).batchOf(size)));
        backend.write(values, batch);
        return batch;
    }
}
