package io.github.grisaille.tensor;

/**
 * The map gain ⊙ x̂ + shift, or the gradients for its gain and its shift.
 *
 * @param gain one value for each column, or a tensor with the shape of an item
 * @param shift of the same shape as the gain
 */
public record Affine(Tensor gain, Tensor shift) {}
