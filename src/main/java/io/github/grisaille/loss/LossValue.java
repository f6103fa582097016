package io.github.grisaille.loss;

import io.github.grisaille.tensor.Tensor;

/**
 * A loss and where it pulls.
 *
 * @param value one value
 * @param gradient the loss's gradient for the prediction, of the prediction's shape
 */
public record LossValue(Tensor value, Tensor gradient) {}
