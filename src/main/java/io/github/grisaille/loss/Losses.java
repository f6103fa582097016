package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * The usual losses. Without a {@link Reduction} they are means over all values, as in PyTorch. {@link PointwiseLoss}
 * has the formulas.
 *
 * <p>Called by hand, they refuse targets and predictions that have no meaning for them. In a training step nothing is
 * checked, because trainers check the targets before the first step.
 */
public final class Losses {
    private static final float HALF = 0.5f;

    private Losses() {}

    /** The mean of (p − t)². */
    public static Loss meanSquaredError() {
        return pointwise(PointwiseLoss.SQUARED, Reduction.MEAN, 1);
    }

    public static Loss squaredError(Reduction reduction) {
        return pointwise(PointwiseLoss.SQUARED, reduction, 1);
    }

    /** The mean of |p − t|. */
    public static Loss meanAbsoluteError() {
        return pointwise(PointwiseLoss.ABSOLUTE, Reduction.MEAN, 1);
    }

    /**
     * Binary cross-entropy of predicted probabilities from 0 to 1, with targets from 0 to 1. {@link
     * #binaryCrossEntropyOnLogits()} is more exact. In a training step a prediction outside 0 to 1 makes the loss NaN.
     */
    public static Loss binaryCrossEntropy() {
        return binaryCrossEntropy(Reduction.MEAN);
    }

    public static Loss binaryCrossEntropy(Reduction reduction) {
        return pointwise(PointwiseLoss.BINARY_CROSS_ENTROPY, reduction, 1);
    }

    /** Binary cross-entropy of sigmoid(logit). It is computed from the logit, so it neither overflows nor saturates. */
    public static Loss binaryCrossEntropyOnLogits() {
        return binaryCrossEntropyOnLogits(Reduction.MEAN);
    }

    public static Loss binaryCrossEntropyOnLogits(Reduction reduction) {
        return pointwise(PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS, reduction, 1);
    }

    /** The mean of ½(p − t)² (Mao et al. 2017, equation 2). */
    public static Loss leastSquares() {
        return pointwise(PointwiseLoss.SQUARED, Reduction.MEAN, HALF);
    }

    /** The mean of max(0, 1 − t·p), with targets 1 and −1 (Lim and Ye 2017). */
    public static Loss hinge() {
        return pointwise(PointwiseLoss.HINGE, Reduction.MEAN, 1);
    }

    /** The mean of −t·p, with targets 1 and −1 (Arjovsky et al. 2017). */
    public static Loss wasserstein() {
        return pointwise(PointwiseLoss.WASSERSTEIN, Reduction.MEAN, 1);
    }

    /**
     * The mean over the batch of −Σ t · log softmax(logits). Each row of targets is one-hot or holds probabilities with
     * sum 1.
     */
    public static Loss softmaxCrossEntropy() {
        return new SoftmaxCrossEntropy();
    }

    static PointwiseOf pointwise(PointwiseLoss loss, Reduction reduction, float scale) {
        return new PointwiseOf(loss, reduction, scale);
    }

    static LossValue empty(Tensor prediction, Allocator allocator) {
        return new LossValue(allocator.empty(Shape.of(1)), allocator.empty(prediction.shape()));
    }

    static void same(Tensor prediction, Tensor target) {
        if (!prediction.shape().equals(target.shape())) {
            throw new IllegalArgumentException("predictions and targets must have the same shape; got predictions of "
                    + prediction.shape() + " and targets of " + target.shape());
        }
    }
}
