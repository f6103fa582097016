package io.github.grisaille.loss;

import io.github.grisaille.nn.Corruption;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/**
 * How a model's outputs describe data: log p(x | output), in nats, a sum over the values of an item. Values are
 * independent of each other given the output.
 */
public abstract class Likelihood {
    private final String name;
    private final PointwiseLoss pointwise;
    private final float factor;
    private final double constant;

    private Likelihood(String name, PointwiseLoss pointwise, float factor, double constant) {
        this.name = name;
        this.pointwise = pointwise;
        this.factor = factor;
        this.constant = constant;
    }

    /**
     * Outputs are logits a of probabilities p = sigmoid(a): log p(x) = Σ x·log p + (1 − x)·log(1 − p). For x of 0 and 1
     * this is a probability; for gray values between it is the usual cross-entropy, which is none, so bounds on
     * gray-scale and on binarised data cannot be compared.
     */
    public static Likelihood bernoulli() {
        return new Likelihood("Bernoulli", PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS, 1, 0) {
            @Override
            public void check(float value) {
                if (!(value >= 0 && value <= 1)) {
                    throw new IllegalArgumentException("a Bernoulli likelihood takes data from 0 to 1, and got " + value
                            + ": scale it, as in scaled(0, 1), or take Likelihood.gaussian");
                }
            }

            @Override
            public Outputs outputs() {
                return Outputs.LOGITS;
            }

            @Override
            public Tensor mean(Tensor output) {
                Tensor mean = output.backend().empty(output.shape());
                output.backend().activate(new Activation(Activation.Kind.SIGMOID), output, mean);
                return mean;
            }

            @Override
            public Tensor sample(Tensor output, RandomStream random) {
                return Corruption.bernoulli().of(mean(output), random);
            }

            /** Σ x·a − log(1 + eᵃ). */
            @Override
            Tensor terms(Tensor output, Tensor x, Allocator scratch) {
                Backend backend = output.backend();
                Tensor terms = scratch.empty(output.shape());
                Tensor softplus = scratch.empty(output.shape());
                backend.activate(new Activation(Activation.Kind.SOFTPLUS), output, softplus);
                backend.scale(softplus, -1, softplus);
                backend.multiply(x, output, terms);
                backend.add(terms, softplus, terms);
                return terms;
            }
        };
    }

    /**
     * Outputs are the means m of N(m, deviation²): log p(x) = Σ −(x − m)² / (2 deviation²) − ½ log(2π deviation²).
     *
     * @param deviation σ, the same for all values, above 0
     */
    public static Likelihood gaussian(float deviation) {
        if (!(deviation > 0 && deviation < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "a Gaussian likelihood needs a deviation above 0 and finite, and got " + deviation);
        }
        double variance = (double) deviation * deviation;
        float half = (float) (0.5 / variance);
        return new Likelihood(
                "Gaussian, σ = " + deviation, PointwiseLoss.SQUARED, half, 0.5 * Math.log(2 * Math.PI * variance)) {
            @Override
            public void check(float value) {
                if (!Float.isFinite(value)) {
                    throw new IllegalArgumentException("data must be finite, and got " + value);
                }
            }

            @Override
            public Outputs outputs() {
                return Outputs.ANY;
            }

            @Override
            public Tensor mean(Tensor output) {
                return output;
            }

            @Override
            public Tensor sample(Tensor output, RandomStream random) {
                return Corruption.gaussian(deviation).of(output, random);
            }

            @Override
            Tensor terms(Tensor output, Tensor x, Allocator scratch) {
                Backend backend = output.backend();
                Tensor terms = scratch.empty(output.shape());
                backend.scale(output, -1, terms);
                backend.add(x, terms, terms);
                backend.multiply(terms, terms, terms);
                backend.scale(terms, -half, terms);
                return terms;
            }
        };
    }

    /** What tables call it, such as {@code Bernoulli} or {@code Gaussian, σ = 0.1}. */
    public final String name() {
        return name;
    }

    /**
     * Refuses a value that this likelihood gives no meaning.
     *
     * @throws IllegalArgumentException with what was wanted
     */
    public abstract void check(float value);

    /** The expected item: probabilities for a Bernoulli, the output itself for a Gaussian. */
    public abstract Tensor mean(Tensor output);

    /** Draws an item for each output: 0 or 1 for a Bernoulli, the mean plus N(0, σ²) for a Gaussian. */
    public abstract Tensor sample(Tensor output, RandomStream random);

    /** The log-likelihood of each value, but for its constant. */
    abstract Tensor terms(Tensor output, Tensor x, Allocator scratch);

    /** What this likelihood takes a decoder's outputs for: logits for a Bernoulli, any numbers for a Gaussian. */
    public abstract Outputs outputs();

    private void checkAll(float[] values) {
        for (float value : values) {
            check(value);
        }
    }

    /**
     * −log p(x | output), the sum over an item's values and the mean over the batch, with its gradient for the output.
     *
     * <p>Within a training step no value is checked: that would have to wait for the device. With a backend for the
     * allocator, which is how it is called by hand, data that {@link #check} refuses are refused.
     */
    public final LossValue negativeLog(Tensor output, Tensor x, Allocator allocator) {
        if (!output.shape().equals(x.shape())) {
            throw new IllegalArgumentException("the outputs are " + output.shape() + " and the data " + x.shape()
                    + ": a likelihood compares tensors of one shape");
        }
        HandCheck.check(x, allocator, this::checkAll);
        Backend backend = output.backend();
        LossValue result = new LossValue(allocator.empty(Shape.of(1)), allocator.empty(output.shape()));
        backend.pointwiseLoss(
                pointwise,
                output,
                x,
                factor * Reduction.SUM_PER_ITEM.factor(output.shape()),
                result.value(),
                result.gradient());
        if (constant != 0) {
            Tensor shift = allocator.empty(Shape.of(1));
            backend.fill((float) (constant * output.size() / output.axis(0)), shift);
            backend.add(result.value(), shift, result.value());
        }
        return result;
    }

    /**
     * log p(x | output) of each item, (batch).
     *
     * @throws IllegalArgumentException if x has a value that {@link #check} refuses
     */
    public final Tensor logOfItems(Tensor output, Tensor x) {
        Backend backend = output.backend();
        HandCheck.check(x, backend, this::checkAll);
        int items = output.axis(0);
        int width = output.size() / items;
        Tensor ones = backend.empty(Shape.of(width, 1));
        backend.fill(1, ones);
        Tensor shift = backend.empty(Shape.of(1));
        backend.fill((float) (-constant * width), shift);
        Tensor logs = backend.empty(Shape.of(items, 1));
        backend.matmul(
                Factor.of(terms(output, x, backend).reshape(items, width)),
                Factor.of(ones),
                Epilogue.bias(shift),
                Write.REPLACE,
                logs);
        return logs.reshape(items);
    }
}
