package io.github.grisaille.backend.cpu;

/** The CPU backend without vectors. It is the reference for tests of other backends. */
public final class PlainLoops {
    private PlainLoops() {}

    public static JavaBackend backend(int threads) {
        return new JavaBackend(threads, new PlainInnerLoops());
    }
}
