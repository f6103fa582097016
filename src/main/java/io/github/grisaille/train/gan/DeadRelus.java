package io.github.grisaille.train.gan;

import io.github.grisaille.nn.ActivationLayer;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/**
 * Counts dead ReLUs. A column of a ReLU's output (a feature, or an image's channel) is dead in a forward if it was 0 for
 * the whole batch. No gradient passes through it.
 */
final class DeadRelus {
    private DeadRelus() {}

    /** Whether any layer is a ReLU. */
    static boolean possibleIn(Sequential network) {
        return network.layers().stream()
                .anyMatch(layer -> layer instanceof ActivationLayer activation && isRelu(activation)
                        || layer instanceof Sequential inner && possibleIn(inner));
    }

    private static boolean isRelu(ActivationLayer layer) {
        return layer.function().kind() == Activation.Kind.RELU;
    }

    /**
     * The share of dead columns among all columns of ReLUs, in this pass's forward: one value, on the device.
     *
     * @throws IllegalStateException if the network has no ReLU
     */
    static Tensor share(Sequential network, Pass pass) {
        if (!possibleIn(network)) {
            throw new IllegalStateException(network.name() + " has no ReLU, so none can be dead");
        }
        Backend backend = network.backend();
        Tensor dead = backend.empty(Shape.of(1));
        Tensor active = pass.scratch(dead.shape());
        backend.fill(0, active);
        int columns = addActive(network, active, pass);
        backend.scale(active, -1f / columns, dead);
        backend.shift(dead, 1, dead);
        return dead;
    }

    /** Adds the number of active columns, and returns the number of all columns. */
    private static int addActive(Sequential network, Tensor active, Pass pass) {
        int columns = 0;
        for (int i = 0; i < network.layers().size(); i++) {
            Pass scope = network.scope(i, pass);
            if (network.layers().get(i) instanceof Sequential inner) {
                columns += addActive(inner, active, scope);
            } else if (network.layers().get(i) instanceof ActivationLayer layer && isRelu(layer)) {
                Tensor y = layer.output(scope);
                active.backend().add(active, activeColumns(y, scope), active);
                columns += y.axis(-1);
            }
        }
        return columns;
    }

    /** The number of columns with a value above 0. No value of a ReLU is below 0, so their sums are above 0 too. */
    private static Tensor activeColumns(Tensor y, Pass pass) {
        Tensor sums = pass.scratch(Shape.of(y.axis(-1)));
        Tensor active = pass.scratch(sums.shape());
        Tensor count = pass.scratch(Shape.of(1));
        y.backend().columnSums(y, Write.REPLACE, sums);
        y.backend().step(sums, 0, active);
        y.backend().sum(active, count);
        return count;
    }
}
