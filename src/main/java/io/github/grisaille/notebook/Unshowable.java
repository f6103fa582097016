package io.github.grisaille.notebook;

import java.util.function.Function;

/**
 * The message for a value that cannot be shown. Kernels show values on the thread that waits for cells: an {@link Error}
 * there, such as a full heap, would end this thread, and no cell would ever be answered again.
 */
final class Unshowable {
    private Unshowable() {}

    /** The same function, with an exception in the place of every error. */
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
                            + " MB has no room for it. Show a part of it, let go of what is no longer needed, or start the"
                            + " kernel with a larger heap");
        }
        if (failed instanceof StackOverflowError) {
            return new IllegalStateException(what + "its toString() calls itself without end. Write one that does not");
        }
        return new IllegalStateException(what + failed, failed);
    }
}
