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
 * Watches a model's loss and gradients for NaN and infinity. Each step writes its number into flags on the device if it
 * finds one. The flags are read only once in many steps, and still tell which step was the first.
 */
final class FiniteGuard {
    private final Sequential model;
    private final String what;
    private final Outputs outputs;
    private final List<Map.Entry<String, State>> watched = new ArrayList<>();
    private final Tensor flags;

    /**
     * @param what what the message calls the loss, such as {@code the generator's loss}
     * @param outputs what the loss expects the model's outputs to be
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

    /** Marks what is not finite now. Call it after backward and before the optimiser's step. */
    void mark(long step, Tensor loss) {
        Backend backend = flags.backend();
        backend.flagNonFinite(loss, (int) step, 0, flags);
        for (int i = 0; i < watched.size(); i++) {
            if (watched.get(i).getValue() instanceof Parameter parameter && parameter.hasGradient()) {
                backend.flagNonFinite(parameter.gradient(), (int) step, i + 1, flags);
            }
        }
    }

    /**
     * Reads the flags. Backward goes from the last layer to the first. So if several gradients broke in one step, that of the
     * last layer broke first.
     *
     * @throws TrainingDivergedException if a loss or a gradient was not finite
     */
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
     * If a loss takes probabilities and breaks before its gradients, the cause is the logarithm of a negative number: the
     * gradients contain no logarithm.
     */
    private String advice(int broken) {
        return outputs == Outputs.PROBABILITIES && broken == 0
                ? "The model's outputs were outside 0 to 1, and this loss takes probabilities: end the model in sigmoid(), or"
                        + " use binaryCrossEntropyOnLogits()."
                : "Try a lower learning rate, clip the gradients, or look for NaN in the data.";
    }

    /** The layer and the parameter. In a slice of a network, layers have the numbers that they have in the whole network. */
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
