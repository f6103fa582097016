package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Tensor;

/** A loss with the same weights for every batch. */
record Weighted(WeightableLoss loss, FixedWeights weights) implements Loss {
    @Override
    public LossValue evaluate(Tensor prediction, Tensor target, Allocator allocator) {
        return loss.evaluate(prediction, target, weights.on(prediction.backend()), allocator);
    }

    @Override
    public Outputs outputs() {
        return loss.outputs();
    }

    @Override
    public boolean oneValue() {
        return loss.oneValue();
    }

    @Override
    public void checkTargets(float[] targets, int columns) {
        loss.checkTargets(targets, columns);
    }

    @Override
    public String name() {
        return loss.name() + ", weights of " + weights;
    }
}
