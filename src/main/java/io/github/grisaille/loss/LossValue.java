package io.github.grisaille.loss;

import io.github.grisaille.tensor.Tensor;

/**
 * A loss and its gradient.
 *
 * @param value the loss (one value)
 * @param gradient the gradient with respect to the prediction, with the prediction's shape
 */
public record LossValue(Tensor value, Tensor gradient) {}
