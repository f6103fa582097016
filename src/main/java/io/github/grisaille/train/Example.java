package io.github.grisaille.train;

import io.github.grisaille.tensor.Tensor;

/**
 * One batch of a supervised task.
 *
 * @param input what goes into the model, (items, …)
 * @param target what the model should make of it
 */
public record Example(Tensor input, Tensor target) {}
