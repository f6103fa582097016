package io.github.grisaille.train;

/** Checks of arguments that all kinds of training share. */
public final class Arguments {
    private Arguments() {}

    /**
     * Refuses a number below 1.
     *
     * @param what what the message calls the number, such as {@code a batch size}
     * @return the number
     * @throws IllegalArgumentException if it is below 1
     */
    public static int positive(String what, int value) {
        positive(what, (long) value);
        return value;
    }

    /**
     * Refuses a number below 1.
     *
     * @param what what the message calls the number, such as {@code the number of epochs}
     * @return the number
     * @throws IllegalArgumentException if it is below 1
     */
    public static long positive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " is at least 1, and this one is " + value);
        }
        return value;
    }
}
