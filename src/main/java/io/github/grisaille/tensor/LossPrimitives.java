package io.github.grisaille.tensor;

/** Losses, each with its value and its gradient. */
public interface LossPrimitives {
    /**
     * value = factor · Σ loss(prediction, target) and gradient = factor · ∂loss/∂prediction. A target of one value is used
     * for all predictions.
     *
     * @param value one value; or one for each prediction, which is then factor · loss without the sum
     */
    void pointwiseLoss(
            PointwiseLoss loss, Tensor prediction, Tensor target, float factor, Tensor value, Tensor gradient);

    /**
     * value = factor · Σ over rows of −Σ target ⊙ log softmax(logits) and gradient = factor · (softmax(logits) · Σ
     * target − target). A row of the targets holds probabilities, is one-hot, or is a multiple of these.
     *
     * @param value one value; or one for each row, which is then without the sum over rows
     */
    void softmaxCrossEntropy(Tensor logits, Tensor target, float factor, Tensor value, Tensor gradient);

    /**
     * value = factor · Σ ½(mean² + e^logVariance − 1 − logVariance) and its two gradients. This is the Kullback–Leibler
     * divergence of a diagonal Gaussian from the standard Gaussian (Kingma and Welling 2014, appendix B).
     */
    void gaussianKl(Tensor mean, Tensor logVariance, float factor, Tensor value, Tensor dMean, Tensor dLogVariance);

    /**
     * A penalty on the distance of norms from a target: value = factor · Σ (√squares[n] − target)². slopes[n] · v[n] is the
     * gradient for an item v[n] with ‖v[n]‖² = squares[n]. The slope is 0 where the norm is 0 and the target is not.
     *
     * @param squares the squared norm of each item
     */
    void normPenalty(Tensor squares, float target, float factor, Tensor value, Tensor slopes);

    /**
     * How close the other items of the batch are to each item. x is (items, groups, width), and y[n,g] = Σ over m ≠ n
     * of e^−d, where d = Σ |x[n,g] − x[m,g]| over the width (Salimans et al. 2016, section 3.2).
     */
    void closeness(Tensor x, Tensor y);

    /**
     * The gradient of {@link #closeness} for x. Where two values are equal, the derivative of their distance is taken
     * as 0.
     */
    void closenessGradient(Tensor x, Tensor dy, Tensor dx);
}
