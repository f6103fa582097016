package io.github.grisaille.train.gan;

import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.tensor.Tensor;

/**
 * Something that steadies the game of a {@link GanTrainer}, which calls it at fixed places of each step. What is not
 * overridden changes nothing. Several work in the order in which they were given.
 */
public interface Stabiliser {
    /** Called once, before the first step. */
    default void begin(Game game) {}

    /**
     * The fakes that a step of D learns from, in place of the fresh ones.
     *
     * @param pass where memory comes from; the result holds until it is closed
     */
    default Tensor fakes(Tensor fresh, Game game, Pass pass) {
        return fresh;
    }

    /**
     * What D is shown in place of these items, real or fake, in its own steps and in G's. G's gradient for the result is
     * taken for that of the items, so all that can be done is to add something.
     *
     * @param pass where memory comes from; the result holds until it is closed
     */
    default Tensor show(Tensor items, Game game, Pass pass) {
        return items;
    }

    /**
     * Tells a checkpoint this stabiliser's settings and all that it carries from step to step.
     *
     * @throws UnsupportedOperationException unless overridden: only the stabiliser itself knows what it carries
     */
    default void archive(Archive archive, Game game) {
        throw new UnsupportedOperationException(
                getClass().getSimpleName() + " does not say what it carries from step to"
                        + " step, which checkpoints need: override archive, with nothing in it if it carries nothing");
    }

    /** Called between D's last step and G's. */
    default void beforeGeneratorStep(Game game) {}

    /** Called when G has taken its step. */
    default void afterGeneratorStep(Game game) {}
}
