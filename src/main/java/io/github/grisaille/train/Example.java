package io.github.grisaille.train;

import io.github.grisaille.tensor.Tensor;

/**
 * One batch of a supervised task.
 *
 * @param input the batch that goes into the model
 * @param target what should come out
 */
public record Example(Tensor input, Tensor target) {}
