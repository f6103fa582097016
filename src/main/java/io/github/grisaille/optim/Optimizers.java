package io.github.grisaille.optim;

/**
 * Short names for optimisers. Rates and shares are doubles, as in {@code adam(2e-4)}; an optimiser rounds them to float32,
 * the type of the values that it changes.
 */
public final class Optimizers {
    private static final double ADAMW_DECAY = 0.01;

    private Optimizers() {}

    public static Sgd sgd(double rate) {
        return new Sgd(rate);
    }

    public static Rmsprop rmsprop(double rate) {
        return new Rmsprop(rate);
    }

    public static Adam adam(double rate) {
        return new Adam(rate);
    }

    /** Adam with another β₁; β₂ is 0.999. For GANs: {@code adam(2e-4, 0.5)}. */
    public static Adam adam(double rate, double beta1) {
        return new Adam(rate).betas(beta1, 0.999);
    }

    /** Adam with a decoupled weight decay of 0.01. */
    public static Adam adamW(double rate) {
        return new Adam(rate).weightDecay(ADAMW_DECAY);
    }
}
