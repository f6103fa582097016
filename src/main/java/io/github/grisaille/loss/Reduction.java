package io.github.grisaille.loss;

import io.github.grisaille.tensor.Shape;
import java.util.Locale;

/** How the losses of all values become one number. The losses of a {@code softmaxCrossEntropy} are those of its rows. */
public enum Reduction {
    /** The mean over all values. */
    MEAN,
    /** The sum over the values of an item, then the mean over the batch. Likelihoods need this. */
    SUM_PER_ITEM,
    /** The sum over all values. */
    SUM,
    /**
     * No reduction: the loss has a number for each value. The gradient of each value is that of its own loss. This is
     * for losses that are evaluated by hand; training needs one number.
     */
    NONE;

    /** For example {@code sum per item}. */
    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    float factor(Shape shape) {
        return factor(shape, shape.size());
    }

    /**
     * What each loss is multiplied by before all are added.
     *
     * @param losses the number of losses
     */
    float factor(Shape shape, int losses) {
        return switch (this) {
            case MEAN -> 1f / losses;
            case SUM_PER_ITEM -> 1f / shape.axis(0);
            case SUM, NONE -> 1;
        };
    }
}
