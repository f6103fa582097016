package io.github.grisaille.loss;

import io.github.grisaille.nn.Pass;
import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.Tensor;

/**
 * The usual losses. Without a {@link Reduction} they are means over all values, as in PyTorch. {@link PointwiseLoss}
 * has the formulas. All can be {@linkplain WeightableLoss weighted}.
 *
 * <p>Called by hand, they refuse targets and predictions that have no meaning for them. In a training step nothing is
 * checked, because trainers check the targets before the first step.
 */
public final class Losses {
    private static final float HALF = 0.5f;

    private Losses() {}

    /** The mean of (p − t)². */
    public static WeightableLoss meanSquaredError() {
        return squaredError(Reduction.MEAN);
    }

    /** (p − t)². */
    public static WeightableLoss squaredError(Reduction reduction) {
        return pointwise(PointwiseLoss.SQUARED, reduction, 1);
    }

    /** The mean of |p − t|. */
    public static WeightableLoss meanAbsoluteError() {
        return absoluteError(Reduction.MEAN);
    }

    /** |p − t|. */
    public static WeightableLoss absoluteError(Reduction reduction) {
        return pointwise(PointwiseLoss.ABSOLUTE, reduction, 1);
    }

    /** The mean of Huber's loss with this delta, see {@link #huber(float, Reduction)}. */
    public static WeightableLoss huber(float delta) {
        return huber(delta, Reduction.MEAN);
    }

    /**
     * Huber's loss (Huber 1964) of the distance d = p − t: ½d² where |d| ≤ delta, and delta · (|d| − ½delta) elsewhere.
     * So single large errors count less than in a squared error.
     *
     * @param delta where the loss becomes linear, above 0; PyTorch's default is 1
     */
    public static WeightableLoss huber(float delta, Reduction reduction) {
        return new Huber(delta, 1, reduction, "Huber loss");
    }

    /** The mean of the smooth L1 loss with this beta, see {@link #smoothL1(float, Reduction)}. */
    public static WeightableLoss smoothL1(float beta) {
        return smoothL1(beta, Reduction.MEAN);
    }

    /**
     * Huber's loss divided by beta (Girshick 2015, equation 3, has beta 1): ½d² / beta where |d| ≤ beta, and |d| −
     * ½beta elsewhere. For a small beta it is the absolute error without its kink.
     *
     * @param beta where the loss becomes linear, above 0; PyTorch's default is 1
     */
    public static WeightableLoss smoothL1(float beta, Reduction reduction) {
        return new Huber(beta, 1 / beta, reduction, "smooth L1 loss");
    }

    /**
     * Binary cross-entropy of predicted probabilities from 0 to 1, with targets from 0 to 1. {@link
     * #binaryCrossEntropyOnLogits()} is more exact. In a training step a prediction outside 0 to 1 makes the loss NaN.
     */
    public static WeightableLoss binaryCrossEntropy() {
        return binaryCrossEntropy(Reduction.MEAN);
    }

    /** The same with another reduction. */
    public static WeightableLoss binaryCrossEntropy(Reduction reduction) {
        return pointwise(PointwiseLoss.BINARY_CROSS_ENTROPY, reduction, 1);
    }

    /** Binary cross-entropy of sigmoid(logit). It is computed from the logit, so it neither overflows nor saturates. */
    public static WeightableLoss binaryCrossEntropyOnLogits() {
        return binaryCrossEntropyOnLogits(Reduction.MEAN);
    }

    /** The same with another reduction. */
    public static WeightableLoss binaryCrossEntropyOnLogits(Reduction reduction) {
        return pointwise(PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS, reduction, 1);
    }

    /**
     * Binary cross-entropy on logits in which an error on the class 1 counts more, or less: −w·t·log p − (1 − t)·log(1 − p)
     * with p = sigmoid(logit). It is PyTorch's {@code pos_weight}. If 9 of 10 targets are 0, a weight of 9 makes both
     * classes count alike.
     *
     * @param positiveWeights w: one value for all, or one for each column
     */
    public static WeightableLoss binaryCrossEntropyOnLogits(Reduction reduction, float... positiveWeights) {
        return new PositiveWeighted(reduction, new FixedWeights(Tensor.of(positiveWeights, positiveWeights.length)));
    }

    /** The mean of ½(p − t)² (Mao et al. 2017, equation 2). */
    public static WeightableLoss leastSquares() {
        return leastSquares(Reduction.MEAN);
    }

    /** ½(p − t)². */
    public static WeightableLoss leastSquares(Reduction reduction) {
        return pointwise(PointwiseLoss.SQUARED, reduction, HALF);
    }

    /** The mean of max(0, 1 − t·p), with targets 1 and −1 (Lim and Ye 2017). */
    public static WeightableLoss hinge() {
        return hinge(Reduction.MEAN);
    }

    /** max(0, 1 − t·p), with targets 1 and −1. */
    public static WeightableLoss hinge(Reduction reduction) {
        return pointwise(PointwiseLoss.HINGE, reduction, 1);
    }

    /** The mean of −t·p, with targets 1 and −1 (Arjovsky et al. 2017). */
    public static WeightableLoss wasserstein() {
        return wasserstein(Reduction.MEAN);
    }

    /** −t·p, with targets 1 and −1. */
    public static WeightableLoss wasserstein(Reduction reduction) {
        return pointwise(PointwiseLoss.WASSERSTEIN, reduction, 1);
    }

    /**
     * The mean over the batch of −Σ t · log softmax(logits). Each row of targets is one-hot or holds probabilities with
     * sum 1.
     */
    public static WeightableLoss softmaxCrossEntropy() {
        return softmaxCrossEntropy(Reduction.MEAN);
    }

    /**
     * −Σ t · log softmax(logits) of each row.
     *
     * <p>Weights multiply the targets: weights of (classes) are for classes, and weights of batch×1 are for items. The
     * weighted mean is Σ of the weighted losses / Σ weights ⊙ t, as PyTorch's for class numbers. So an item with weight 0
     * is ignored. For targets that are probabilities, PyTorch divides by the size of the batch; use {@link
     * Reduction#SUM_PER_ITEM} for that.
     */
    public static WeightableLoss softmaxCrossEntropy(Reduction reduction) {
        return softmaxCrossEntropy(reduction, 0);
    }

    /**
     * The same with smoothed labels (Szegedy et al. 2016, section 7): the targets are (1 − smoothing) · t + smoothing /
     * classes.
     *
     * @param smoothing from 0 to 1; 0.1 is usual
     */
    public static WeightableLoss softmaxCrossEntropy(Reduction reduction, float smoothing) {
        return new SoftmaxCrossEntropy(reduction, smoothing);
    }

    static PointwiseOf pointwise(PointwiseLoss loss, Reduction reduction, float scale) {
        return new PointwiseOf(loss, reduction, scale);
    }

    /** Memory that is reused after the pass, if the allocator is a pass. */
    static Allocator scratch(Allocator allocator) {
        return allocator instanceof Pass pass ? pass::scratch : allocator;
    }

    static void same(Tensor prediction, Tensor target) {
        if (!prediction.shape().equals(target.shape())) {
            throw new IllegalArgumentException("predictions and targets must have the same shape; got predictions of "
                    + prediction.shape() + " and targets of " + target.shape());
        }
    }
}
