package io.github.grisaille.data;

/**
 * A picture that cannot be read: not a picture, damaged or too large. The message gives the reason without the file's
 * name.
 */
final class UnreadablePictureException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean forMemory;

    UnreadablePictureException(String reason) {
        this(reason, null);
    }

    UnreadablePictureException(String reason, Throwable cause) {
        this(reason, cause, false);
    }

    private UnreadablePictureException(String reason, Throwable cause, boolean forMemory) {
        super(reason, cause);
        this.forMemory = forMemory;
    }

    /** For a picture that a larger heap could read. */
    static UnreadablePictureException forMemory(String reason, Throwable cause) {
        return new UnreadablePictureException(reason, cause, true);
    }

    /** Whether a larger heap would help. */
    boolean isForMemory() {
        return forMemory;
    }
}
