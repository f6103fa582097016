package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;

/**
 * The epilogue of a product, applied while its sums are still in a cache: a bias is added to each column, and then an
 * activation is applied.
 *
 * @param bias one value for each column, or null
 * @param f the activation, or null
 * @param loops the loops that apply the activation
 */
record EpilogueLoop(float[] bias, Activation f, InnerLoops loops) {
    static final EpilogueLoop NONE = new EpilogueLoop(null, null, null);

    boolean isNone() {
        return bias == null && f == null;
    }

    /** Applies the activation in place to the values from … to − 1. */
    void activate(float[] c, int from, int to) {
        if (f != null) {
            loops.activate(f, c, c, from, to);
        }
    }

    /**
     * Applies the activation to the columns from … to − 1 of {@code count} rows, which begin at these places. Each
     * place is at least to − from greater than the one before it.
     */
    void activate(float[] c, int[] places, int count, int from, int to) {
        if (f == null) {
            return;
        }
        boolean touching = places[count - 1] - places[0] == (count - 1) * (to - from);
        int rows = touching ? count : 1;
        // There is one call only. At each call the JIT inlines all loops of all activations, and it may run out of room
        // for their vectors.
        for (int i = 0; i < count; i += rows) {
            activate(c, places[i] + from, places[i + rows - 1] + to);
        }
    }
}
