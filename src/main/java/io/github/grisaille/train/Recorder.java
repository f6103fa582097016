package io.github.grisaille.train;

import io.github.grisaille.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** Holds the losses of steps that were not read from the device yet. */
final class Recorder {
    private record Row(long step, List<Reading> values) {}

    private final History history;
    private final Deque<Row> pending = new ArrayDeque<>();

    Recorder(History history) {
        this.history = history;
    }

    void add(long step, Tensor... values) {
        add(step, Arrays.stream(values).map(Reading::of).toList());
    }

    void add(long step, List<Reading> values) {
        pending.add(new Row(step, values));
    }

    /** Reads what is pending into the history, all at once: the device is waited for once. */
    void flush() {
        List<Tensor> tensors = new ArrayList<>();
        pending.forEach(row -> row.values.forEach(reading -> tensors.addAll(reading.tensors())));
        if (tensors.isEmpty()) {
            return;
        }
        List<Float> read = new ArrayList<>();
        for (float value : tensors.get(0).backend().readEach(tensors)) {
            read.add(value);
        }
        Iterator<Float> values = read.iterator();
        while (!pending.isEmpty()) {
            Row row = pending.poll();
            history.add(
                    row.step,
                    row.values.stream()
                            .mapToDouble(reading -> reading.of(values))
                            .toArray());
        }
    }
}
