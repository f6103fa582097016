package io.github.grisaille.train;

import io.github.grisaille.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds the rows whose values are still on the device, until they are read into the history. */
final class Recorder {
    private final History history;
    private final Deque<Row> pending = new ArrayDeque<>();

    Recorder(History history) {
        this.history = history;
    }

    /**
     * Takes a row, to be read later.
     *
     * @throws IllegalArgumentException if its names are not those of the history's series
     */
    void add(Row row) {
        history.checkNames(row.step(), row.values().keySet());
        pending.add(row);
    }

    /** Reads all pending rows into the history. It waits for the device once. */
    void flush() {
        List<Tensor> tensors = new ArrayList<>();
        pending.forEach(row -> row.values().values().forEach(deferred -> tensors.addAll(deferred.tensors())));
        if (tensors.isEmpty()) {
            return;
        }
        FloatBuffer read = FloatBuffer.wrap(tensors.get(0).backend().readEach(tensors));
        while (!pending.isEmpty()) {
            Row row = pending.poll();
            Map<String, Double> values = new HashMap<>();
            row.values().forEach((name, deferred) -> values.put(name, deferred.from(read)));
            history.add(row.step(), values);
        }
    }
}
