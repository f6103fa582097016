package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Tensor;

/**
 * A function of predictions and targets that training minimises.
 *
 * <p>{@link #outputs} and {@link #checkTargets} say which outputs and targets a loss accepts. Trainers ask both before
 * the first step. A loss written as a lambda accepts everything.
 */
@FunctionalInterface
public interface Loss {
    /**
     * The loss and its gradient.
     *
     * <p>If the allocator is a backend, the losses of {@link Losses} refuse values that have no meaning for them. In a
     * training step the allocator is a pass and nothing is checked, because that would have to wait for the device.
     *
     * @param prediction a batch of predictions or logits
     * @param target the targets: of the same shape, or a single value for all
     * @param allocator gives the memory for the results
     * @throws IllegalArgumentException if the shapes differ
     */
    LossValue evaluate(Tensor prediction, Tensor target, Allocator allocator);

    /** The loss and its gradient, in fresh memory. */
    default LossValue evaluate(Tensor prediction, Tensor target) {
        return evaluate(prediction, target, prediction.backend());
    }

    /** Whether the value is one number, as training needs it. It is so unless overridden. */
    default boolean oneValue() {
        return true;
    }

    /** The outputs that this loss expects from a network; any outputs unless overridden. */
    default Outputs outputs() {
        return Outputs.ANY;
    }

    /**
     * Refuses targets that have no meaning for this loss; refuses none unless overridden.
     *
     * @param targets the values of whole items, one item after another
     * @param columns the extent of their last axis, for example the number of classes
     * @throws IllegalArgumentException if a target is refused; the message says what came and what is wanted
     */
    default void checkTargets(float[] targets, int columns) {}

    /**
     * A name that is different for different losses. A checkpoint holds it, and training resumes only with a loss of
     * the same name. By default it is the name of the class. A lambda has no lasting name, so all lambdas have the same
     * name here; a user who resumes must pass the same lambda.
     */
    default String name() {
        return getClass().isHidden() ? "a function" : getClass().getSimpleName();
    }
}
