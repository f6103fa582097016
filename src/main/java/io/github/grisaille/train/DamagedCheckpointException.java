package io.github.grisaille.train;

/** A file of a checkpoint is cut off, changed or missing. The message says what is wrong. */
final class DamagedCheckpointException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    DamagedCheckpointException(String message) {
        super(message);
    }

    DamagedCheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
