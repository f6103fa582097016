package io.github.grisaille.train;

import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.State;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Collects everything that a run tells a checkpoint. */
final class SavingArchive implements Archive {
    private final String prefix;
    private final SafeTensors tensors;
    private final Map<String, String> settings;
    private final Map<String, Long> numbers;

    SavingArchive() {
        this("", new SafeTensors(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    private SavingArchive(String prefix, SafeTensors tensors, Map<String, String> settings, Map<String, Long> numbers) {
        this.prefix = prefix;
        this.tensors = tensors;
        this.settings = settings;
        this.numbers = numbers;
    }

    SafeTensors tensors() {
        return tensors;
    }

    Map<String, String> settings() {
        return settings;
    }

    Map<String, Long> numbers() {
        return numbers;
    }

    @Override
    public void same(String name, Object setting) {
        once(settings.putIfAbsent(prefix + name, String.valueOf(setting)), name);
    }

    @Override
    public long number(String name, long value) {
        once(numbers.putIfAbsent(prefix + name, value), name);
        return value;
    }

    private void once(Object before, String name) {
        if (before != null) {
            throw new IllegalStateException("a checkpoint has one value for each name, and " + prefix + name
                    + " came twice: use another name, or a part of its own");
        }
    }

    @Override
    public void state(String name, State state) {
        if (state instanceof Parameter parameter && parameter.hasGradient()) {
            throw new IllegalStateException(
                    prefix + name + " has a gradient that no optimiser has used. The next step would depend on"
                            + " it, and a checkpoint holds no gradients: a callback must not leave one behind");
        }
        tensors.put(prefix + name, state.value());
    }

    @Override
    public Tensor optional(String name, Tensor tensor, Backend backend) {
        if (tensor != null) {
            tensors.put(prefix + name, tensor);
        }
        return tensor;
    }

    @Override
    public Archive part(String name) {
        return new SavingArchive(prefix + name + ".", tensors, settings, numbers);
    }
}
