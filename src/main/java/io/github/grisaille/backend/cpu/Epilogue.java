package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;

/**
 * What becomes of a product's sums while they are in a cache: a bias is added to each column, and an activation takes what
 * comes out.
 *
 * @param bias one value a column, or null
 * @param f the activation, or null
 * @param kernels the loops of the activation
 */
record Epilogue(float[] bias, Activation f, Kernels kernels) {
    static final Epilogue NONE = new Epilogue(null, null, null);

    boolean isNone() {
        return bias == null && f == null;
    }

    /** Applies the activation to the values from … to − 1 where they are. */
    void activate(float[] c, int from, int to) {
        if (f != null) {
            kernels.activate(f, c, c, from, to);
        }
    }

    /** Applies the activation to the columns from … to − 1 of rows at these places, which rise by at least so many. */
    void activate(float[] c, int[] places, int count, int from, int to) {
        if (f == null) {
            return;
        }
        boolean touching = places[count - 1] - places[0] == (count - 1) * (to - from);
        int rows = touching ? count : 1;
        // one call only: the JIT takes all loops of all activations in at each, and may run out of room for their
        // vectors
        for (int i = 0; i < count; i += rows) {
            activate(c, places[i] + from, places[i + rows - 1] + to);
        }
    }
}
