package io.github.grisaille.oracle.pytorch;

/** The library has no words for a sample. The message says what is missing. */
final class NotExpressed extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotExpressed(String missing) {
        super(missing, null, false, false);
    }
}
