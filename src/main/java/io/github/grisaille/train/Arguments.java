package io.github.grisaille.train;

/** Checks of arguments that several loops share. */
final class Arguments {
    private Arguments() {}

    static int positive(String what, int value) {
        positive(what, (long) value);
        return value;
    }

    static long positive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " is at least 1, and this one is " + value);
        }
        return value;
    }
}
