package io.github.grisaille.backend.cpu;

/** The CPU's backend without vectors: the reference of other backends' tests. */
public final class PlainLoops {
    private PlainLoops() {}

    public static JavaBackend backend(int threads) {
        return new JavaBackend(threads, new PlainKernels());
    }
}
