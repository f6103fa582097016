package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * A loss that compares predictions and targets value by value.
 *
 * @param scale a factor of the loss
 */
record PointwiseOf(PointwiseLoss kind, Reduction reduction, float scale) implements WeightableLoss {
    @Override
    public LossValue evaluate(Tensor prediction, Tensor target, Allocator allocator) {
        check(prediction, target, allocator);
        return compute(prediction, target, allocator);
    }

    @Override
    public LossValue evaluate(Tensor prediction, Tensor target, Tensor weights, Allocator allocator) {
        check(prediction, target, allocator);
        Weights.check(prediction, weights, allocator);
        Tensor values = Weights.each(prediction, reduction, allocator);
        LossValue each = compute(prediction, target, values, allocator);
        Weights.apply(weights, each);
        return Weights.reduced(each, reduction, allocator);
    }

    private void check(Tensor prediction, Tensor target, Allocator allocator) {
        if (target.size() != 1) {
            Losses.same(prediction, target);
        }
        HandCheck.check(target, allocator, values -> checkTargets(values, HandCheck.columns(target)));
        if (kind == PointwiseLoss.BINARY_CROSS_ENTROPY) {
            HandCheck.check(prediction, allocator, this::checkPredictions);
        }
    }

    /** Computes the loss without checks. */
    LossValue compute(Tensor prediction, Tensor target, Allocator allocator) {
        Tensor value = allocator.empty(reduction == Reduction.NONE ? prediction.shape() : Shape.of(1));
        return compute(prediction, target, value, allocator);
    }

    /** Computes the loss without checks, into one value or one for each prediction. */
    private LossValue compute(Tensor prediction, Tensor target, Tensor value, Allocator allocator) {
        LossValue result = new LossValue(value, allocator.empty(prediction.shape()));
        float factor = scale * reduction.factor(prediction.shape());
        prediction.backend().pointwiseLoss(kind, prediction, target, factor, result.value(), result.gradient());
        return result;
    }

    @Override
    public boolean oneValue() {
        return reduction != Reduction.NONE;
    }

    @Override
    public Outputs outputs() {
        return switch (kind) {
            case SQUARED, ABSOLUTE -> Outputs.ANY;
            case BINARY_CROSS_ENTROPY -> Outputs.PROBABILITIES;
            case BINARY_CROSS_ENTROPY_ON_LOGITS -> Outputs.LOGITS;
            case HINGE, WASSERSTEIN -> Outputs.SCORES;
        };
    }

    @Override
    public void checkTargets(float[] targets, int columns) {
        switch (kind) {
            case SQUARED, ABSOLUTE -> checkTargets(targets, -Float.MAX_VALUE, Float.MAX_VALUE);
            case BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY_ON_LOGITS -> checkTargets(targets, 0, 1);
            case HINGE, WASSERSTEIN -> {
                for (float target : targets) {
                    if (target != 1 && target != -1) {
                        throw refused(target);
                    }
                }
            }
        }
    }

    private void checkTargets(float[] targets, float least, float greatest) {
        for (float target : targets) {
            if (!(target >= least && target <= greatest)) {
                throw refused(target);
            }
        }
    }

    private IllegalArgumentException refused(float target) {
        return new IllegalArgumentException(words() + " needs targets " + wanted() + "; got " + target);
    }

    private String wanted() {
        return switch (kind) {
            case SQUARED, ABSOLUTE -> "that are finite";
            case BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY_ON_LOGITS ->
                "from 0 to 1 (scale them, as in scaled(0, 1), or use meanSquaredError())";
            case HINGE, WASSERSTEIN -> "of 1 and -1";
        };
    }

    private void checkPredictions(float[] predictions) {
        for (float prediction : predictions) {
            if (!(prediction >= 0 && prediction <= 1)) {
                throw new IllegalArgumentException(words() + " needs predictions from 0 to 1; got " + prediction
                        + ": end the network in sigmoid(), or give logits to binaryCrossEntropyOnLogits()");
            }
        }
    }

    /** The loss in words, without its reduction. */
    String words() {
        return switch (kind) {
            case SQUARED -> "squared error";
            case ABSOLUTE -> "absolute error";
            case BINARY_CROSS_ENTROPY -> "binary cross-entropy";
            case BINARY_CROSS_ENTROPY_ON_LOGITS -> "binary cross-entropy on logits";
            case HINGE -> "hinge loss";
            case WASSERSTEIN -> "Wasserstein loss";
        };
    }

    @Override
    public String name() {
        return words() + ", " + reduction.words() + (scale == 1 ? "" : ", times " + scale);
    }
}
