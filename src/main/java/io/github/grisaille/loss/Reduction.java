package io.github.grisaille.loss;

import io.github.grisaille.tensor.Shape;

/** How the losses of single values become one number. */
public enum Reduction {
    /** The mean over all values. */
    MEAN,
    /** The sum over an item's values, then the mean over the batch: what likelihoods need. */
    SUM_PER_ITEM,
    /** The sum over everything. */
    SUM;

    float factor(Shape shape) {
        return switch (this) {
            case MEAN -> 1f / shape.size();
            case SUM_PER_ITEM -> 1f / shape.axis(0);
            case SUM -> 1;
        };
    }
}
