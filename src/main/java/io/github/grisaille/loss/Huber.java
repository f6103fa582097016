package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;

/**
 * Huber's loss (Huber 1964) of the distance d = p − t: ½d² for distances up to {@code delta}, and delta · (|d| − ½delta)
 * for larger ones. With c = d clamped to −delta … delta, it is c · (d − ½c), and its gradient is c.
 *
 * @param scale a factor of the loss
 * @param words the loss in words, which begin its name
 */
record Huber(float delta, float scale, Reduction reduction, String words) implements WeightableLoss {
    private static final float HALF = 0.5f;

    Huber {
        if (!(delta > 0 && delta < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "the distance at which a " + words + " becomes linear must be above 0 and finite; got " + delta);
        }
    }

    @Override
    public LossValue evaluate(Tensor prediction, Tensor target, Allocator allocator) {
        return Weights.reduced(each(prediction, target, allocator), reduction, allocator);
    }

    @Override
    public LossValue evaluate(Tensor prediction, Tensor target, Tensor weights, Allocator allocator) {
        Weights.check(prediction, weights, allocator);
        LossValue each = each(prediction, target, allocator);
        Weights.apply(weights, each);
        return Weights.reduced(each, reduction, allocator);
    }

    private LossValue each(Tensor prediction, Tensor target, Allocator allocator) {
        if (target.size() != 1) {
            Losses.same(prediction, target);
        }
        HandCheck.check(target, allocator, values -> checkTargets(values, HandCheck.columns(target)));
        Backend backend = prediction.backend();
        Tensor distance = distance(prediction, target, allocator);
        Tensor clamped = allocator.empty(prediction.shape());
        Tensor loss = Weights.each(prediction, reduction, allocator);
        backend.clamp(distance, -delta, delta, clamped);
        backend.scale(clamped, -HALF, loss);
        backend.add(distance, loss, loss);
        backend.multiply(clamped, loss, loss);
        float factor = scale * reduction.factor(prediction.shape());
        backend.scale(loss, factor, loss);
        backend.scale(clamped, factor, clamped);
        return new LossValue(loss, clamped);
    }

    /** p − t. */
    private static Tensor distance(Tensor prediction, Tensor target, Allocator allocator) {
        Tensor distance = Losses.scratch(allocator).empty(prediction.shape());
        Tensor opposite = Losses.scratch(allocator).empty(target.shape());
        prediction.backend().scale(target, -1, opposite);
        prediction.backend().addBroadcast(prediction, opposite, distance);
        return distance;
    }

    @Override
    public boolean oneValue() {
        return reduction != Reduction.NONE;
    }

    @Override
    public void checkTargets(float[] targets, int columns) {
        for (float target : targets) {
            if (!Float.isFinite(target)) {
                throw new IllegalArgumentException(words + " needs targets that are finite; got " + target);
            }
        }
    }

    @Override
    public String name() {
        return words + " with delta " + delta + ", " + reduction.words();
    }
}
