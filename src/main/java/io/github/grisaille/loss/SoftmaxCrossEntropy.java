package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;

/**
 * See {@link Losses#softmaxCrossEntropy}. The weights multiply the targets: with targets w ⊙ t, a row's loss is −Σ w ⊙
 * t ⊙ log softmax(logits), and its gradient is softmax(logits) · Σ w ⊙ t − w ⊙ t.
 *
 * @param smoothing the share of each target that is spread over all classes
 */
record SoftmaxCrossEntropy(Reduction reduction, float smoothing) implements WeightableLoss {
    private static final String WORDS = "softmax cross-entropy";

    /** The largest distance of a row's sum from 1: the sum of float32 probabilities is not exactly 1. */
    private static final double TOLERANCE = 1e-3;

    SoftmaxCrossEntropy {
        if (!(smoothing >= 0 && smoothing <= 1)) {
            throw new IllegalArgumentException(
                    "label smoothing must be from 0 (none) to 1 (all classes alike); got " + smoothing);
        }
    }

    @Override
    public LossValue evaluate(Tensor logits, Tensor target, Allocator allocator) {
        check(logits, target, allocator);
        return compute(logits, smoothed(target, allocator), factor(logits), allocator);
    }

    @Override
    public LossValue evaluate(Tensor logits, Tensor target, Tensor weights, Allocator allocator) {
        check(logits, target, allocator);
        Weights.check(logits, weights, allocator);
        Backend backend = logits.backend();
        Tensor weighted = Losses.scratch(allocator).empty(target.shape());
        if (reduction != Reduction.MEAN) {
            backend.multiplyBroadcast(smoothed(target, allocator), weights, weighted);
            return compute(logits, weighted, factor(logits), allocator);
        }
        backend.multiplyBroadcast(target, weights, weighted);
        Tensor inverse = inverseSum(weighted, allocator);
        if (smoothing > 0) {
            backend.multiplyBroadcast(smoothed(target, allocator), weights, weighted);
        }
        LossValue sum = compute(logits, weighted, 1, allocator);
        backend.multiply(sum.value(), inverse, sum.value());
        backend.scaleItems(sum.gradient(), inverse, sum.gradient());
        return sum;
    }

    private void check(Tensor logits, Tensor target, Allocator allocator) {
        Losses.same(logits, target);
        HandCheck.check(target, allocator, values -> checkTargets(values, HandCheck.columns(target)));
    }

    private float factor(Tensor logits) {
        return reduction.factor(logits.shape(), logits.shape().rows());
    }

    /** (1 − smoothing) · target + smoothing / classes. */
    private Tensor smoothed(Tensor target, Allocator allocator) {
        if (smoothing == 0) {
            return target;
        }
        Tensor smooth = Losses.scratch(allocator).empty(target.shape());
        target.backend().scale(target, 1 - smoothing, smooth);
        target.backend().shift(smooth, smoothing / target.axis(-1), smooth);
        return smooth;
    }

    /** 1 / Σ x = (1 / √Σ x)². */
    private static Tensor inverseSum(Tensor x, Allocator allocator) {
        Tensor inverse = Losses.scratch(allocator).empty(Shape.of(1));
        x.backend().sum(x, inverse);
        x.backend().inverseRoot(inverse, 0, inverse);
        x.backend().multiply(inverse, inverse, inverse);
        return inverse;
    }

    private LossValue compute(Tensor logits, Tensor target, float factor, Allocator allocator) {
        Shape value = reduction == Reduction.NONE ? rows(logits.shape()) : Shape.of(1);
        LossValue result = new LossValue(allocator.empty(value), allocator.empty(logits.shape()));
        logits.backend().softmaxCrossEntropy(logits, target, factor, result.value(), result.gradient());
        return result;
    }

    /** The shape of one value for each row. */
    private static Shape rows(Shape logits) {
        return Shape.of(Arrays.copyOf(logits.toArray(), logits.rank() - 1));
    }

    @Override
    public boolean oneValue() {
        return reduction != Reduction.NONE;
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
                            WORDS + " needs targets from 0 to 1, one column for each class; got " + targets[i]);
                }
                sum += targets[i];
            }
            if (Math.abs(sum - 1) > TOLERANCE) {
                throw new IllegalArgumentException(WORDS
                        + " needs rows of targets with sum 1, such as oneHotLabels makes; got a row with sum "
                        + (float) sum
                        + (columns == 1 ? ": one column for each class is needed, but there is only 1 column" : ""));
            }
        }
    }

    /** The mean has the name that it had before there were other reductions, so that old checkpoints fit. */
    @Override
    public String name() {
        return WORDS
                + (reduction == Reduction.MEAN ? "" : ", " + reduction.words())
                + (smoothing == 0 ? "" : ", labels smoothed by " + smoothing);
    }
}
