package io.github.grisaille.tensor;

/**
 * A function applied to each value.
 *
 * @param slope the slope (leaky ReLU) or scale (ELU) left of zero; unused by the others
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
     * This, where the activation can follow a primitive at once.
     *
     * @throws IllegalArgumentException if the derivatives need x, which would then be lost
     */
    public Activation following() {
        if (!derivativesFromOutput()) {
            throw new IllegalArgumentException(this
                    + " needs what it was applied to for its derivatives: apply it by activate, to another tensor");
        }
        return this;
    }

    /** f of one number. It is for questions about f: the values of tensors are the backend's, with its own rounding. */
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

    /** Whether f is linear on either side of zero, with no second derivative. */
    public boolean piecewiseLinear() {
        return kind == Kind.RELU || kind == Kind.LEAKY_RELU;
    }

    /**
     * Whether the derivatives at x follow from y = f(x) alone. Then y may stand in the place of x, and x be written over: x is
     * above zero just where y is, where that matters.
     */
    public boolean derivativesFromOutput() {
        return switch (kind) {
            case RELU, TANH, SIGMOID, EXP -> true;
            case LEAKY_RELU, ELU -> slope >= 0;
            case SOFTPLUS -> false;
        };
    }
}
