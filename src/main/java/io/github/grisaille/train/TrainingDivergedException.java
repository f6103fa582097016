package io.github.grisaille.train;

/** A loss or a gradient became NaN or infinite; the message says at which step, and which layer's gradient broke first. */
public final class TrainingDivergedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long step;

    TrainingDivergedException(long step, String message) {
        super(message);
        this.step = step;
    }

    /** The step that broke, counted from 1. */
    public long step() {
        return step;
    }
}
