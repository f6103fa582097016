package io.github.grisaille.train;

import io.github.grisaille.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
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

    /** Reads what is pending into the history. */
    void flush() {
        while (!pending.isEmpty()) {
            Row row = pending.poll();
            history.add(row.step, row.values.stream().mapToDouble(Reading::read).toArray());
        }
    }
}
