package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;

/** Checks and applies the weights of losses. */
final class Weights {
    private Weights() {}

    /** Refuses weights that do not fit the predictions, and weights that are not finite if a loss is called by hand. */
    static void check(Tensor prediction, Tensor weights, Allocator allocator) {
        Shape shape = prediction.shape();
        boolean fits = weights.shape().rank() <= shape.rank();
        for (int axis = 1; fits && axis <= weights.shape().rank(); axis++) {
            fits = weights.axis(-axis) == 1 || weights.axis(-axis) == shape.axis(-axis);
        }
        if (!fits) {
            throw new IllegalArgumentException("weights must have the shape of the predictions, " + shape
                    + ", or fewer axes, or extents of 1; got weights of " + weights.shape()
                    + ": for one weight per item use the shape " + perItem(shape) + ", for one per column "
                    + shape.axis(-1));
        }
        HandCheck.check(weights, allocator, Weights::checkFinite);
    }

    private static Shape perItem(Shape shape) {
        int[] extents = new int[shape.rank()];
        Arrays.fill(extents, 1);
        extents[0] = shape.axis(0);
        return Shape.of(extents);
    }

    static void checkFinite(float[] weights) {
        for (float weight : weights) {
            if (!Float.isFinite(weight)) {
                throw new IllegalArgumentException("the weights of a loss must be finite; got " + weight);
            }
        }
    }

    /** Memory for one loss for each prediction. It is the caller's if the losses are not reduced. */
    static Tensor each(Tensor prediction, Reduction reduction, Allocator allocator) {
        Allocator memory = reduction == Reduction.NONE ? allocator : Losses.scratch(allocator);
        return memory.empty(prediction.shape());
    }

    /** Multiplies the losses of all values, and their gradients, by the weights, in place. */
    static void apply(Tensor weights, LossValue each) {
        Backend backend = weights.backend();
        backend.multiplyBroadcast(each.value(), weights, each.value());
        backend.multiplyBroadcast(each.gradient(), weights, each.gradient());
    }

    /** The sum of the losses, or all of them if they are not reduced. */
    static LossValue reduced(LossValue each, Reduction reduction, Allocator allocator) {
        if (reduction == Reduction.NONE) {
            return each;
        }
        Tensor sum = allocator.empty(Shape.of(1));
        each.value().backend().sum(each.value(), sum);
        return new LossValue(sum, each.gradient());
    }
}
