package io.github.grisaille.train;

/** A loss or a gradient became NaN or infinite. The message names the step, and the layer whose gradient broke first. */
public final class TrainingDivergedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long step;

    TrainingDivergedException(long step, String message) {
        super(message);
        this.step = step;
    }

    /** The first step with a value that was not finite; steps count from 1. */
    public long step() {
        return step;
    }
}
