package io.github.grisaille.notebook;

import java.util.function.Function;

/**
 * The exception for a value that cannot be shown. A Jupyter kernel shows values on the thread that waits for cells. An
 * {@link Error} there, such as a full heap, would end this thread, and the kernel would never answer again. So the
 * error becomes an exception.
 */
final class Unshowable {
    private Unshowable() {}

    /** Wraps a function: every Error becomes an exception. */
    static <T, R> Function<T, R> guarded(Function<T, R> shown) {
        return value -> {
            try {
                return shown.apply(value);
            } catch (Error failed) {
                throw of(value, failed);
            }
        };
    }

    static IllegalStateException of(Object value, Error failed) {
        String type = value.getClass().getSimpleName();
        String what = "this cell's value, " + (type.isEmpty() ? value.getClass().getName() : type + ",")
                + " could not be shown: ";
        if (failed instanceof OutOfMemoryError) {
            return new IllegalStateException(
                    what + "the heap of " + Runtime.getRuntime().maxMemory() / 1_000_000
                            + " MB has no room for it. Show a part of it, set variables that you no longer need"
                            + " to null, or start the"
                            + " kernel with a larger heap");
        }
        if (failed instanceof StackOverflowError) {
            return new IllegalStateException(what + "its toString() calls itself for ever. Correct toString()");
        }
        return new IllegalStateException(what + failed, failed);
    }
}
