package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Binary cross-entropy on logits x in which the class 1 has weights w: w · t · L(x, 1) + (1 − t) · L(x, 0), where L(x, 1)
 * and L(x, 0) are the losses for the targets 1 and 0.
 */
record PositiveWeighted(Reduction reduction, FixedWeights positive) implements WeightableLoss {
    private static final PointwiseOf PLAIN =
            Losses.pointwise(PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS, Reduction.NONE, 1);

    @Override
    public LossValue evaluate(Tensor logits, Tensor target, Allocator allocator) {
        return Weights.reduced(each(logits, target, allocator), reduction, allocator);
    }

    @Override
    public LossValue evaluate(Tensor logits, Tensor target, Tensor weights, Allocator allocator) {
        Weights.check(logits, weights, allocator);
        LossValue each = each(logits, target, allocator);
        Weights.apply(weights, each);
        return Weights.reduced(each, reduction, allocator);
    }

    private LossValue each(Tensor logits, Tensor target, Allocator allocator) {
        Losses.same(logits, target);
        HandCheck.check(target, allocator, values -> checkTargets(values, HandCheck.columns(target)));
        Backend backend = logits.backend();
        Tensor weights = positive.on(backend);
        Weights.check(logits, weights, allocator);
        Allocator scratch = Losses.scratch(allocator);
        float factor = reduction.factor(logits.shape());
        Tensor share = scratch.empty(target.shape());

        LossValue each = new LossValue(Weights.each(logits, reduction, allocator), allocator.empty(logits.shape()));
        loss(logits, 1, factor, each, scratch);
        backend.multiplyBroadcast(target, weights, share);
        Weights.apply(share, each);

        LossValue negative = new LossValue(scratch.empty(logits.shape()), scratch.empty(logits.shape()));
        loss(logits, 0, factor, negative, scratch);
        backend.scale(target, -1, share);
        backend.shift(share, 1, share);
        Weights.apply(share, negative);

        backend.add(each.value(), negative.value(), each.value());
        backend.add(each.gradient(), negative.gradient(), each.gradient());
        return each;
    }

    /** The loss of each logit if all targets are alike. */
    private static void loss(Tensor logits, float target, float factor, LossValue result, Allocator scratch) {
        Backend backend = logits.backend();
        Tensor everywhere = scratch.empty(Shape.of(1));
        backend.fill(target, everywhere);
        backend.pointwiseLoss(PLAIN.kind(), logits, everywhere, factor, result.value(), result.gradient());
    }

    @Override
    public boolean oneValue() {
        return reduction != Reduction.NONE;
    }

    @Override
    public Outputs outputs() {
        return PLAIN.outputs();
    }

    @Override
    public void checkTargets(float[] targets, int columns) {
        PLAIN.checkTargets(targets, columns);
    }

    @Override
    public String name() {
        return PLAIN.words() + ", " + reduction.words() + ", positive weights of " + positive;
    }
}
