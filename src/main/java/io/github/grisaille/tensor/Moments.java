package io.github.grisaille.tensor;

/**
 * The moments that a normalisation uses: x̂ = (x − mean) / √(variance + epsilon).
 *
 * @param mean one value for each column, or one for each item
 * @param variance the biased variance, of the same shape as the mean
 * @param epsilon keeps the division finite where the variance is 0
 */
public record Moments(Tensor mean, Tensor variance, float epsilon) {}
