package io.github.grisaille.loss;

import io.github.grisaille.nn.Corruption;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/**
 * The likelihood log p(x | output) of data given a model's outputs, in nats: a sum over the values of an item. Given
 * the output, the values are independent.
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
     * The outputs are logits a, with probabilities p = sigmoid(a): log p(x) = Σ x·log p + (1 − x)·log(1 − p). For x of
     * 0 or 1 this is a log-probability. For gray values it is the usual cross-entropy, which is not a log-probability.
     * So do not compare bounds on gray-scale data with bounds on binarised data.
     */
    public static Likelihood bernoulli() {
        return new Likelihood("Bernoulli", PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS, 1, 0) {
            @Override
            public void check(float value) {
                if (!(value >= 0 && value <= 1)) {
                    throw new IllegalArgumentException("a Bernoulli likelihood needs data from 0 to 1; got " + value
                            + ": scale the data, as in scaled(0, 1), or use Likelihood.gaussian");
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

            /**
             * Σ x·a − log(1 + eᵃ). An infinite logit counts as the largest number: right, it costs nothing, and wrong, it
             * costs 3.4e38 nats. With ∞ itself the formula would be 0 · ∞ or ∞ − ∞.
             */
            @Override
            Tensor terms(Tensor output, Tensor x, Allocator scratch) {
                Backend backend = output.backend();
                Tensor terms = scratch.empty(output.shape());
                Tensor logits = scratch.empty(output.shape());
                Tensor softplus = scratch.empty(output.shape());
                backend.clamp(output, -Float.MAX_VALUE, Float.MAX_VALUE, logits);
                backend.activate(new Activation(Activation.Kind.SOFTPLUS), logits, softplus);
                backend.multiply(x, logits, terms);
                backend.subtract(terms, softplus, terms);
                return terms;
            }
        };
    }

    /**
     * The outputs are the means m of N(m, deviation²): log p(x) = Σ −(x − m)² / (2 deviation²) − ½ log(2π deviation²).
     *
     * @param deviation σ, the same for all values, above 0
     */
    public static Likelihood gaussian(float deviation) {
        if (!(deviation > 0 && deviation < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "a Gaussian likelihood needs a deviation above 0 and finite; got " + deviation);
        }
        double variance = (double) deviation * deviation;
        float half = (float) (0.5 / variance);
        return new Likelihood(
                "Gaussian, σ = " + deviation, PointwiseLoss.SQUARED, half, 0.5 * Math.log(2 * Math.PI * variance)) {
            @Override
            public void check(float value) {
                if (!Float.isFinite(value)) {
                    throw new IllegalArgumentException("data must be finite; got " + value);
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
                backend.subtract(x, output, terms);
                backend.multiply(terms, terms, terms);
                backend.scale(terms, -half, terms);
                return terms;
            }
        };
    }

    /** The name in tables, such as {@code Bernoulli} or {@code Gaussian, σ = 0.1}. */
    public final String name() {
        return name;
    }

    /**
     * Refuses a value that has no meaning under this likelihood.
     *
     * @throws IllegalArgumentException if the value is refused; the message says what is wanted
     */
    public abstract void check(float value);

    /** The expected item: probabilities for a Bernoulli, the output itself for a Gaussian. */
    public abstract Tensor mean(Tensor output);

    /** Draws an item for each output: 0 or 1 for a Bernoulli, the mean plus N(0, σ²) for a Gaussian. */
    public abstract Tensor sample(Tensor output, RandomStream random);

    /** The log-likelihood of each value, without its constant term. */
    abstract Tensor terms(Tensor output, Tensor x, Allocator scratch);

    /** The outputs that this likelihood expects from a decoder: logits for a Bernoulli, any numbers for a Gaussian. */
    public abstract Outputs outputs();

    private void checkAll(float[] values) {
        for (float value : values) {
            check(value);
        }
    }

    /**
     * −log p(x | output), summed over the values of an item and averaged over the batch, with its gradient with respect
     * to the output.
     *
     * <p>If the allocator is a backend, data that {@link #check} refuses are refused. In a training step the allocator
     * is a pass and nothing is checked, because that would have to wait for the device.
     */
    public final LossValue negativeLog(Tensor output, Tensor x, Allocator allocator) {
        if (!output.shape().equals(x.shape())) {
            throw new IllegalArgumentException("outputs and data must have the same shape; got outputs of "
                    + output.shape() + " and data of " + x.shape());
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
            float ofItem = (float) (constant * output.size() / output.axis(0));
            backend.shift(result.value(), ofItem, result.value());
        }
        return result;
    }

    /**
     * log p(x | output) of each item: (batch), in nats.
     *
     * @throws IllegalArgumentException if x has a value that {@link #check} refuses
     */
    public final Tensor logOfItems(Tensor output, Tensor x) {
        Backend backend = output.backend();
        HandCheck.check(x, backend, this::checkAll);
        int items = output.axis(0);
        int width = output.size() / items;
        Tensor logs = backend.empty(Shape.of(items, 1));
        backend.sumOver(terms(output, x, backend).reshape(items, width), Write.REPLACE, logs);
        backend.shift(logs, (float) (-constant * width), logs);
        return logs.reshape(items);
    }
}
