package io.github.grisaille.notebook;

/** The message for a value that cannot be shown. */
final class Unshowable {
    private Unshowable() {}

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
