package io.github.grisaille.train;

import io.github.grisaille.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;

/** Holds the losses of steps that were not read from the device yet. */
final class Recorder {
    private record Row(long step, Tensor[] values) {}

    private final History history;
    private final Deque<Row> pending = new ArrayDeque<>();

    Recorder(History history) {
        this.history = history;
    }

    void add(long step, Tensor... values) {
        pending.add(new Row(step, values));
    }

    /** Reads what is pending into the history. */
    void flush() {
        while (!pending.isEmpty()) {
            Row row = pending.poll();
            double[] values = new double[row.values.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.values[i].item();
            }
            history.add(row.step, values);
        }
    }
}
