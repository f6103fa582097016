package io.github.grisaille.loss;

import io.github.grisaille.tensor.Shape;

/** How the losses of all values become one number. */
public enum Reduction {
    /** The mean over all values. */
    MEAN,
    /** The sum over the values of an item, then the mean over the batch. Likelihoods need this. */
    SUM_PER_ITEM,
    /** The sum over all values. */
    SUM;

    float factor(Shape shape) {
        return switch (this) {
            case MEAN -> 1f / shape.size();
            case SUM_PER_ITEM -> 1f / shape.axis(0);
            case SUM -> 1;
        };
    }
}
