package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Tensor;

/** See {@link Losses#softmaxCrossEntropy}. */
record SoftmaxCrossEntropy() implements Loss {
    /** How far a row's sum may lie from 1: probabilities that were computed in float32 add up to no more exact a 1. */
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
                            name() + " takes targets from 0 to 1, a column for each class, and got " + targets[i]);
                }
                sum += targets[i];
            }
            if (Math.abs(sum - 1) > TOLERANCE) {
                throw new IllegalArgumentException(name()
                        + " takes rows of targets with a sum of 1, such as oneHotLabels makes, and got a row with a sum of "
                        + (float) sum + (columns == 1 ? ": one column for each class is wanted, and there is 1" : ""));
            }
        }
    }

    @Override
    public String name() {
        return "softmax cross-entropy";
    }
}
