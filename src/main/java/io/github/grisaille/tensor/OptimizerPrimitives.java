package io.github.grisaille.tensor;

/** Steps of optimisers. They change the values in place. */
public interface OptimizerPrimitives {
    /** One step of stochastic gradient descent. Without momentum, velocity is null. */
    void sgd(SgdStep step, Tensor gradient, Tensor velocity, Tensor value);

    /** One step of RMSprop. Without momentum, velocity is null. */
    void rmsprop(RmspropStep step, Tensor gradient, Tensor squareAverage, Tensor velocity, Tensor value);

    /** One step of Adam or AdamW. */
    void adam(AdamStep step, Tensor gradient, Tensor firstMoment, Tensor secondMoment, Tensor value);

    /**
     * Multiplies the gradient by limit / √total if √total is greater than the limit. {@code total} holds the sum of
     * squares of all gradients that are clipped together.
     */
    void clipByNorm(Tensor total, float limit, Tensor gradient);
}
