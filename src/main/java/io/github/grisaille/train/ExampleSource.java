package io.github.grisaille.train;

import io.github.grisaille.tensor.RandomStream;

/** Makes the batch of each step of a supervised task, such as a random input with a fixed target. */
@FunctionalInterface
public interface ExampleSource {
    /**
     * Makes the batch of one step.
     *
     * @param step the number of the step, from 1
     * @param random the run's own stream for inputs
     */
    Example next(long step, RandomStream random);
}
