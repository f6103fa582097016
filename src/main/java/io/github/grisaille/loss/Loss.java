package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Tensor;

/** A function of predictions and targets that training makes small. */
@FunctionalInterface
public interface Loss {
    /**
     * The loss and its gradient.
     *
     * @param prediction a batch of predictions or logits
     * @param target what they should be: of the same shape, or a single value that all should have
     * @param allocator where the results' memory comes from
     * @throws IllegalArgumentException if the shapes differ
     */
    LossValue evaluate(Tensor prediction, Tensor target, Allocator allocator);

    /** The loss and its gradient, in fresh memory. */
    default LossValue evaluate(Tensor prediction, Tensor target) {
        return evaluate(prediction, target, prediction.backend());
    }
}
