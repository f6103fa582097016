package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Tensor;

/**
 * A function of predictions and targets that training makes small.
 *
 * <p>A loss knows what it has a meaning for: {@link #outputs} and {@link #checkTargets}. Trainers ask both before the first
 * step. A loss that is written as a function says nothing, and then nothing is refused.
 */
@FunctionalInterface
public interface Loss {
    /**
     * The loss and its gradient.
     *
     * <p>Within a training step no value is checked: that would have to wait for the device. With a backend for the
     * allocator, which is how a loss is called by hand, the losses of {@link Losses} refuse values without a meaning.
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

    /** What this loss takes a network's outputs for; anything unless overridden. */
    default Outputs outputs() {
        return Outputs.ANY;
    }

    /**
     * Refuses targets that this loss gives no meaning; none unless overridden.
     *
     * @param targets the values of whole items, one after another
     * @param columns the extent of their last axis, such as the number of classes
     * @throws IllegalArgumentException with what came and what was wanted
     */
    default void checkTargets(float[] targets, int columns) {}

    /**
     * What this loss is, in words that tell it from others: a checkpoint holds them, and training goes on with the same loss
     * only. Unless overridden it is the name of the class; a function written as a lambda has no name that lasts, so that one
     * such function cannot be told from another, and it is for its author to keep it the same.
     */
    default String name() {
        return getClass().isHidden() ? "a function" : getClass().getSimpleName();
    }
}
