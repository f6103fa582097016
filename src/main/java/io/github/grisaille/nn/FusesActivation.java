package io.github.grisaille.nn;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Tensor;

/**
 * A layer that can apply the activation after it, while its output is still in a cache. The output before the
 * activation is then never stored. So this works only for activations whose derivatives follow from their output
 * ({@link Activation#derivativesFromOutput}).
 */
abstract class FusesActivation implements Layer {
    /** The output of this layer after the activation f, or without an activation if f is null. */
    abstract Tensor forward(Tensor x, Activation f, Pass pass);

    @Override
    public final Tensor forward(Tensor x, Pass pass) {
        return forward(x, null, pass);
    }

    /** What the layer's primitive does to its result: the bias if there is one, and then f if there is one. */
    static Epilogue epilogue(Parameter bias, Activation f) {
        return new Epilogue(bias == null ? null : bias.value(), f);
    }

    /**
     * The chain rule through the activation and then through this layer.
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
