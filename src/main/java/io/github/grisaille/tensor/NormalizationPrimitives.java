package io.github.grisaille.tensor;

/**
 * Moments and normalisation, by columns (batch normalisation) and by items (layer normalisation). x̂ always means (x −
 * mean) / √(variance + epsilon), with the mean and the variance of a column or of an item.
 */
public interface NormalizationPrimitives {
    /** The mean and the (biased) variance of each column. */
    void columnMoments(Tensor x, Tensor mean, Tensor variance);

    /**
     * y = f(gain ⊙ x̂ + shift), by columns.
     *
     * @param f an activation that can follow a primitive ({@link Activation#following}), or null for none
     */
    void normalizeColumns(Tensor x, Moments moments, Affine affine, Activation f, Tensor y);

    /** y = gain ⊙ x̂ + shift, by columns. */
    default void normalizeColumns(Tensor x, Moments moments, Affine affine, Tensor y) {
        normalizeColumns(x, moments, affine, null, y);
    }

    /**
     * The gradients for gain and shift, by columns: gradients.gain (+)= Σ dy ⊙ x̂ and gradients.shift (+)= Σ dy.
     */
    void normalizeColumnsParameterGradients(Tensor x, Tensor dy, Moments moments, Write write, Affine gradients);

    /**
     * The gradient for x if the moments were computed from x, by columns: dx = gain / √(variance + epsilon) ⊙ (dy −
     * mean(dy) − x̂ ⊙ mean(dy ⊙ x̂)). dx may be dy.
     *
     * @param gradients Σ dy ⊙ x̂ and Σ dy, as {@link #normalizeColumnsParameterGradients} makes them
     */
    void normalizeColumnsInputGradient(Tensor x, Tensor dy, Moments moments, Tensor gain, Affine gradients, Tensor dx);

    /**
     * All gradients of y = f(gain ⊙ x̂ + shift) if the moments were computed from x, by columns: gradients.gain = Σ g ⊙
     * x̂, gradients.shift = Σ g, and dx as in {@link #normalizeColumnsInputGradient}, each with g = dy ⊙ f′ in place of
     * dy.
     *
     * @param y what {@link #normalizeColumns(Tensor, Moments, Affine, Activation, Tensor)} made from the same
     *     arguments; f′ is computed from it, or from x again
     * @param f an activation that can follow a primitive ({@link Activation#following})
     */
    void normalizeColumnsGradients(
            Tensor x, Tensor y, Tensor dy, Moments moments, Affine affine, Activation f, Affine gradients, Tensor dx);

    /** The mean and the (biased) variance of each item of the batch (the first axis). */
    void itemMoments(Tensor x, Tensor mean, Tensor variance);

    /** y = gain ⊙ x̂ + shift, by items. The gain and the shift have the shape of an item. */
    void normalizeItems(Tensor x, Moments moments, Affine affine, Tensor y);

    /**
     * The gradients for gain and shift, by items: gradients.gain (+)= Σ over the batch of dy ⊙ x̂ and gradients.shift (+)= Σ
     * over the batch of dy.
     */
    void normalizeItemsParameterGradients(Tensor x, Tensor dy, Moments moments, Write write, Affine gradients);

    /**
     * The gradient for x, by items: dx = (g − mean(g) − x̂ ⊙ mean(g ⊙ x̂)) / √(variance + epsilon) with g = gain ⊙ dy.
     */
    void normalizeItemsInputGradient(Tensor x, Tensor dy, Moments moments, Tensor gain, Tensor dx);
}
