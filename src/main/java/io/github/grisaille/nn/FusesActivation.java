package io.github.grisaille.nn;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Tensor;

/**
 * A layer that can apply the activation after it while its output is still in a cache. The output before the activation
 * is then never stored, so this is for activations that have their {@link Activation#derivativesFromOutput}.
 */
abstract class FusesActivation implements Layer {
    /** f of this layer's output, or that itself where f is null. */
    abstract Tensor forward(Tensor x, Activation f, Pass pass);

    @Override
    public final Tensor forward(Tensor x, Pass pass) {
        return forward(x, null, pass);
    }

    /**
     * The chain rule through both.
     *
     * @param dy the gradient for y
     * @param y what the forward with f returned
     */
    Tensor backward(Tensor dy, Activation f, Tensor y, Pass pass, Wanted wanted) {
        Tensor dz = pass.scratch(dy.shape());
        dy.backend().activateGradient(f, y, y, dy, dz);
        return backward(dz, pass, wanted);
    }
}
