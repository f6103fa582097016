package io.github.grisaille.optim;

/** Short names for optimisers. */
public final class Optimizers {
    private static final float ADAMW_DECAY = 0.01f;

    private Optimizers() {}

    public static Sgd sgd(float rate) {
        return new Sgd(rate);
    }

    public static Rmsprop rmsprop(float rate) {
        return new Rmsprop(rate);
    }

    public static Adam adam(float rate) {
        return new Adam(rate);
    }

    /** Adam with another β₁; β₂ is 0.999. For GANs: {@code adam(2e-4f, 0.5f)}. */
    public static Adam adam(float rate, float beta1) {
        return new Adam(rate).betas(beta1, 0.999f);
    }

    /** Adam with a decoupled weight decay of 0.01. */
    public static Adam adamW(float rate) {
        return new Adam(rate).weightDecay(ADAMW_DECAY);
    }
}
