package io.github.grisaille.data;

/** A file is no picture, or a damaged one, or one that is too large; the message says why, without the file's name. */
final class UnreadablePictureException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadablePictureException(String reason) {
        super(reason);
    }

    UnreadablePictureException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
