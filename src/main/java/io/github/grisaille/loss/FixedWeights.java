package io.github.grisaille.loss;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;

/** Weights that are given once, when a loss is made. They follow the predictions to their backend. */
final class FixedWeights {
    /** Words show this many weights. For more they show a hash. */
    private static final int SHOWN = 16;

    private final Shape shape;
    private final float[] values;
    private Tensor tensor;

    /** Copies the weights. */
    FixedWeights(Tensor weights) {
        shape = weights.shape();
        values = HandCheck.values(weights);
        Weights.checkFinite(values);
    }

    /** The weights on the backend of the predictions. */
    Tensor on(Backend backend) {
        if (tensor == null || tensor.backend() != backend) {
            tensor = backend.tensor(values, shape);
        }
        return tensor;
    }

    /** For example {@code 2: [1.0, 5.0]}. Different weights have different words. */
    @Override
    public String toString() {
        return shape + ": "
                + (values.length <= SHOWN ? Arrays.toString(values) : Integer.toHexString(Arrays.hashCode(values)));
    }
}
