package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Tensor;

/** See {@link Losses#softmaxCrossEntropy}. */
record SoftmaxCrossEntropy() implements Loss {
    /** The largest distance of a row's sum from 1: the sum of float32 probabilities is not exactly 1. */
    private static final double TOLERANCE = 1e-3;

    @Override
    public LossValue evaluate(Tensor logits, Tensor target, Allocator allocator) {
        Losses.same(logits, target);
        HandCheck.check(target, allocator, values -> checkTargets(values, target.axis(-1)));
        LossValue result = Losses.empty(logits, allocator);
        float factor = 1f / logits.shape().rows();
        logits.backend().softmaxCrossEntropy(logits, target, factor, result.value(), result.gradient());
        return result;
    }

    @Override
    public Outputs outputs() {
        return Outputs.CLASS_LOGITS;
    }

    @Override
    public void checkTargets(float[] targets, int columns) {
        for (int row = 0; row < targets.length; row += columns) {
            double sum = 0;
            for (int i = row; i < row + columns; i++) {
                if (!(targets[i] >= 0 && targets[i] <= 1)) {
                    throw new IllegalArgumentException(
                            name() + " needs targets from 0 to 1, one column for each class; got " + targets[i]);
                }
                sum += targets[i];
            }
            if (Math.abs(sum - 1) > TOLERANCE) {
                throw new IllegalArgumentException(name()
                        + " needs rows of targets with sum 1, such as oneHotLabels makes; got a row with sum "
                        + (float) sum
                        + (columns == 1 ? ": one column for each class is needed, but there is only 1 column" : ""));
            }
        }
    }

    @Override
    public String name() {
        return "softmax cross-entropy";
    }
}
