package io.github.grisaille.train;

/** A checkpoint's file is cut off, changed, or missing; the message says what is wrong with it. */
final class DamagedCheckpointException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    DamagedCheckpointException(String message) {
        super(message);
    }

    DamagedCheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
