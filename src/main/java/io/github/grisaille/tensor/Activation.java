package io.github.grisaille.tensor;

/**
 * A function that is applied to each value.
 *
 * @param slope the slope (leaky ReLU) or the scale (ELU) left of zero; the other functions do not use it
 */
public record Activation(Kind kind, float slope) {
    /** The formulas, with their derivatives. */
    public enum Kind {
        /** max(x, 0); derivative 0 at 0. */
        RELU,
        /** x for x > 0, slope · x otherwise (Maas et al. 2013). */
        LEAKY_RELU,
        /** x for x > 0, slope · (eˣ − 1) otherwise (Clevert et al. 2016). */
        ELU,
        /** tanh x; derivative 1 − y². */
        TANH,
        /** 1 / (1 + e⁻ˣ); derivative y(1 − y). */
        SIGMOID,
        /** log(1 + eˣ); derivative the sigmoid. */
        SOFTPLUS,
        /** eˣ; derivative y. */
        EXP
    }

    public Activation(Kind kind) {
        this(kind, 0);
    }

    /**
     * This activation, after a check that it can follow a primitive. Such a primitive stores y = f(x) and does not keep
     * x.
     *
     * @throws IllegalArgumentException if the derivatives of this activation need x
     */
    public Activation following() {
        if (!derivativesFromOutput()) {
            throw new IllegalArgumentException(this
                    + " cannot follow a primitive, because its derivatives need its input, which would be lost:"
                    + " apply it with activate, to another tensor");
        }
        return this;
    }

    /** f(x) for one number, in double precision. The backends compute the values of tensors with their own rounding. */
    public double of(double x) {
        return switch (kind) {
            case RELU -> Math.max(x, 0);
            case LEAKY_RELU -> x > 0 ? x : slope == 0 ? 0 : slope * x;
            case ELU -> x > 0 ? x : slope * Math.expm1(x);
            case TANH -> Math.tanh(x);
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
            case EXP -> Math.exp(x);
        };
    }

    /** Whether f is linear on each side of zero. Its second derivative is then 0. */
    public boolean piecewiseLinear() {
        return kind == Kind.RELU || kind == Kind.LEAKY_RELU;
    }

    /**
     * Whether the derivatives at x can be computed from y = f(x) alone. Then y may be written over x. Where a
     * derivative depends on whether x > 0, it depends equally on whether y > 0.
     */
    public boolean derivativesFromOutput() {
        return switch (kind) {
            case RELU, TANH, SIGMOID, EXP -> true;
            case LEAKY_RELU, ELU -> slope >= 0;
            case SOFTPLUS -> false;
        };
    }
}
