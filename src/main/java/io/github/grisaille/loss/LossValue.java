package io.github.grisaille.loss;

import io.github.grisaille.tensor.Tensor;

/**
 * A loss and its gradient.
 *
 * @param value the loss: one value, or one for each prediction if it is not reduced ({@link Reduction#NONE})
 * @param gradient the gradient with respect to the prediction, with the prediction's shape
 */
public record LossValue(Tensor value, Tensor gradient) {}
