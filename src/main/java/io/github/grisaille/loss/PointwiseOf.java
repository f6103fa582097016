package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.Tensor;
import java.util.Locale;

/**
 * A loss that compares predictions and targets value by value and reduces to one number.
 *
 * @param scale a factor of the loss
 */
record PointwiseOf(PointwiseLoss kind, Reduction reduction, float scale) implements Loss {
    @Override
    public LossValue evaluate(Tensor prediction, Tensor target, Allocator allocator) {
        if (target.size() != 1) {
            Losses.same(prediction, target);
        }
        HandCheck.check(target, allocator, values -> checkTargets(values, target.axis(-1)));
        if (kind == PointwiseLoss.BINARY_CROSS_ENTROPY) {
            HandCheck.check(prediction, allocator, this::checkPredictions);
        }
        return compute(prediction, target, allocator);
    }

    /** Computes the loss without checks. */
    LossValue compute(Tensor prediction, Tensor target, Allocator allocator) {
        LossValue result = Losses.empty(prediction, allocator);
        float factor = scale * reduction.factor(prediction.shape());
        prediction.backend().pointwiseLoss(kind, prediction, target, factor, result.value(), result.gradient());
        return result;
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

    private String words() {
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
        return words() + ", " + reduction.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (scale == 1 ? "" : ", times " + scale);
    }
}
