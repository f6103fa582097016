package io.github.grisaille.train;

import io.github.grisaille.loss.Outputs;
import io.github.grisaille.nn.Layer;
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
    private final Outputs outputs;
    private final List<Map.Entry<String, State>> watched = new ArrayList<>();
    private final Tensor flags;

    /**
     * @param what what the message calls the loss, such as {@code the generator's loss}
     * @param outputs what the loss takes the model's outputs for
     */
    FiniteGuard(Sequential model, String what, Outputs outputs) {
        this.model = model;
        this.what = what;
        this.outputs = outputs;
        model.state().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Parameter)
                .forEach(watched::add);
        flags = model.backend().empty(Shape.of(1 + watched.size()));
        model.backend().fill(0, flags);
    }

    boolean watches(Sequential network) {
        return model == network;
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
                : "the gradient that broke first is " + describe(watched.get(broken - 1));
        throw new TrainingDivergedException(
                first,
                "step " + first + ": " + (marks[0] == first ? what + " is NaN or infinite" : what + " is finite") + "; "
                        + gradient + ". " + advice(broken));
    }

    /**
     * Of probabilities, a loss that breaks before every gradient has one cause: the logarithm of a negative number, which the
     * gradients have not.
     */
    private String advice(int broken) {
        return outputs == Outputs.PROBABILITIES && broken == 0
                ? "The model's outputs were outside 0 to 1, and this loss takes probabilities: end the model in sigmoid(), or"
                        + " take binaryCrossEntropyOnLogits()."
                : "Try a lower learning rate, clip the gradients, or look for NaN in the data.";
    }

    /** A network that is a slice of another names its layers by their places in the whole. */
    private String describe(Map.Entry<String, State> entry) {
        String key = entry.getKey();
        String layer = model.layers().stream()
                .filter(each -> each.state().containsValue(entry.getValue()))
                .findFirst()
                .map(Layer::name)
                .orElse("");
        return "layer " + key.substring(0, key.indexOf('.')) + "'s, " + layer + " (" + key + ")";
    }
}
