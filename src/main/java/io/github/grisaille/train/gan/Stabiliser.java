package io.github.grisaille.train.gan;

import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.tensor.Tensor;

/**
 * Stabilises the training of a {@link GanTrainer}, which calls it at fixed places of each step. A method that is not
 * overridden changes nothing. Several stabilisers are called in the order in which they were given.
 */
public interface Stabiliser {
    /** Called once, before the first step. */
    default void begin(Game game) {}

    /**
     * The fakes that a step of D learns from, instead of the new ones.
     *
     * @param pass where memory comes from; the result is valid until it is closed. It has the labels of the fakes, if there
     *     are labels. A stabiliser that exchanges fakes for fakes with other labels gives them to the pass: {@code
     *     pass.labels(…)}
     */
    default Tensor fakes(Tensor fresh, Game game, Pass pass) {
        return fresh;
    }

    /**
     * What D is shown instead of these items, real or fake, in the steps of D and in those of G. The gradient for the result
     * is used as the gradient for the items, so a stabiliser may only add something to them.
     *
     * @param pass where memory comes from; the result is valid until it is closed
     */
    default Tensor show(Tensor items, Game game, Pass pass) {
        return items;
    }

    /**
     * Tells a checkpoint the settings of this stabiliser, and all that it keeps from step to step.
     *
     * @throws UnsupportedOperationException unless overridden: only the stabiliser itself knows what it keeps
     */
    default void archive(Archive archive, Game game) {
        throw new UnsupportedOperationException(
                getClass().getSimpleName() + " does not say what it keeps from step to step, and"
                        + " checkpoints need that: override archive, and leave it empty if there is nothing to keep");
    }

    /** Called after the last step of D and before the step of G. */
    default void beforeGeneratorStep(Game game) {}

    /** Called after the step of G. */
    default void afterGeneratorStep(Game game) {}
}
