package io.github.grisaille.nn;

import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which layers of a network run as one primitive: a layer that can apply an activation itself, and the
 * activation after it. A network makes its plan once, so a training step decides nothing.
 *
 * <p>Forward takes the steps in order, and backward takes them in reverse order. The values are the same as those of
 * single layers.
 */
final class FusionPlan {
    /** A layer, or two that run together. */
    interface Step {
        /** The first of the layers, counted from the start of the network. */
        int first();

        /** The last of the layers, counted from the start of the network. */
        int last();

        Tensor forward(Tensor x, Pass pass);

        Tensor backward(Tensor dy, Pass pass, Wanted wanted);
    }

    /** One layer. */
    private record Single(Places places, int first) implements Step {
        @Override
        public int last() {
            return first;
        }

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return places.layer(first).forward(x, places.scope(first, pass));
        }

        @Override
        public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
            return places.layer(first).backward(dy, places.scope(first, pass), wanted);
        }
    }

    /** A layer and the activation after it. Each keeps what it needs in its own scope. */
    private record Fused(Places places, int first, FusesActivation layer, ActivationLayer activation) implements Step {
        @Override
        public int last() {
            return first + 1;
        }

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return activation.forwardWith(layer, x, places.scope(first, pass), places.scope(last(), pass));
        }

        @Override
        public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
            return activation.backwardWith(layer, dy, places.scope(first, pass), places.scope(last(), pass), wanted);
        }
    }

    private final List<Step> steps;

    FusionPlan(Places places) {
        List<Step> found = new ArrayList<>();
        int i = 0;
        while (i < places.size()) {
            Step step = step(places, i);
            found.add(step);
            i = step.last() + 1;
        }
        steps = List.copyOf(found);
    }

    private static Step step(Places places, int i) {
        if (i + 1 < places.size()
                && places.layer(i) instanceof FusesActivation layer
                && places.layer(i + 1) instanceof ActivationLayer after
                && after.derivativesFromOutput()) {
            return new Fused(places, i, layer, after);
        }
        return new Single(places, i);
    }

    int size() {
        return steps.size();
    }

    Step step(int k) {
        return steps.get(k);
    }
}
