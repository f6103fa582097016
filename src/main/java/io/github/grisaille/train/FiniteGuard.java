package io.github.grisaille.train;

import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.State;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Watches a model's loss and gradients for NaN and infinity. Each step marks flags on the device; they are read only
 * now and then, and still tell the exact step.
 */
final class FiniteGuard {
    private final Sequential model;
    private final String what;
    private final List<Map.Entry<String, State>> watched = new ArrayList<>();
    private final Tensor flags;

    /**
     * @param what what the message calls the loss, such as {@code the generator's loss}
     */
    FiniteGuard(Sequential model, String what) {
        this.model = model;
        this.what = what;
        model.state().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Parameter)
                .forEach(watched::add);
        flags = model.backend().empty(Shape.of(1 + watched.size()));
        model.backend().fill(0, flags);
    }

    /** Marks what is not finite now: call it after backward and before the optimiser's step. */
    void mark(long step, Tensor loss) {
        Backend backend = flags.backend();
        backend.flagNonFinite(loss, (int) step, 0, flags);
        for (int i = 0; i < watched.size(); i++) {
            if (watched.get(i).getValue() instanceof Parameter parameter && parameter.hasGradient()) {
                backend.flagNonFinite(parameter.gradient(), (int) step, i + 1, flags);
            }
        }
    }

    /** Reads the flags. Backward runs from the last layer to the first, so of one step's broken gradients the last layer's broke first. */
    void check() {
        float[] marks = flags.toArray();
        long first = Long.MAX_VALUE;
        int broken = 0;
        for (int i = 0; i < marks.length; i++) {
            if (marks[i] != 0 && marks[i] <= first) {
                first = (long) marks[i];
                broken = i;
            }
        }
        if (first == Long.MAX_VALUE) {
            return;
        }
        String gradient = broken == 0
                ? "every gradient was still finite"
                : "the gradient that broke first is "
                        + describe(watched.get(broken - 1).getKey());
        throw new TrainingDivergedException(
                first,
                "step " + first + ": " + (marks[0] == first ? what + " is NaN or infinite" : what + " is finite") + "; "
                        + gradient + ". Try a lower learning rate, clip the gradients, or look for NaN in the data.");
    }

    private String describe(String key) {
        int place = Integer.parseInt(key.substring(0, key.indexOf('.')));
        return "layer " + place + "'s, " + model.layers().get(place).name() + " (" + key + ")";
    }
}
