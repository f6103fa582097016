package io.github.grisaille.train;

import io.github.grisaille.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values of one step, each under the name of its series. They may still be on the device. */
final class Row {
    private final long step;
    private final Map<String, DeferredValue> values = new LinkedHashMap<>();

    Row(long step) {
        this.step = step;
    }

    /**
     * Adds a value.
     *
     * @param value one value
     * @throws IllegalArgumentException if this row already has a value of that name
     */
    Row with(String name, Tensor value) {
        return with(name, DeferredValue.of(value));
    }

    /**
     * Adds a value that the host computes when it is read.
     *
     * @throws IllegalArgumentException if this row already has a value of that name
     */
    Row with(String name, DeferredValue value) {
        if (values.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("the row of step " + step + " got \"" + name
                    + "\" twice, and already has " + values.keySet() + ": record each series once in each step");
        }
        return this;
    }

    long step() {
        return step;
    }

    Map<String, DeferredValue> values() {
        return values;
    }
}
