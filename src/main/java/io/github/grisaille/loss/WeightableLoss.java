package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Tensor;

/**
 * A loss that can count some values more than others.
 *
 * <p>Weights are aligned with the predictions at the last axis, and are repeated along axes that are missing or have an
 * extent of 1. So for predictions of batch×10, weights of 10 are for columns, weights of batch×1 are for items, and
 * weights of batch×10 are for single values.
 *
 * <p>Each loss is multiplied by its weight, and then all are reduced. {@link Reduction#MEAN} still divides by the
 * number of values and not by the sum of the weights, as PyTorch's binary cross-entropy does. {@link
 * Losses#softmaxCrossEntropy(Reduction)} is an exception.
 */
public interface WeightableLoss extends Loss {
    /**
     * The loss and its gradient, with weights.
     *
     * @param weights finite numbers; their shape fits the shape of the predictions, as above
     * @throws IllegalArgumentException if the shapes do not fit
     */
    LossValue evaluate(Tensor prediction, Tensor target, Tensor weights, Allocator allocator);

    /** The loss and its gradient, with weights, in fresh memory. */
    default LossValue evaluate(Tensor prediction, Tensor target, Tensor weights) {
        return evaluate(prediction, target, weights, prediction.backend());
    }

    /**
     * This loss with the same weights for every batch: one for each column, or one for each value of an item. For
     * example, {@code softmaxCrossEntropy().weighted(Tensor.of(new float[] {1, 5}, 2))} counts the second of two
     * classes five times as much.
     *
     * @param weights finite numbers; their shape is an item's, or has fewer axes, or has extents of 1
     */
    default Loss weighted(Tensor weights) {
        return new Weighted(this, new FixedWeights(weights));
    }
}
