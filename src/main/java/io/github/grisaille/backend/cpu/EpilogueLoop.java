package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;

/**
 * The epilogue of a product, applied while its sums are still in a cache: a bias is added to each column, and then an
 * activation is applied.
 *
 * <p>The bias is added to the finished sums. If the sums began with it, terms that are small next to the bias would be
 * rounded away one by one.
 *
 * @param bias one value for each column, or null
 * @param f the activation, or null
 * @param loops the loops that apply both
 */
record EpilogueLoop(float[] bias, Activation f, InnerLoops loops) {
    static final EpilogueLoop NONE = new EpilogueLoop(null, null, null);

    /** Bias and activation are one loop over at least this many values. Fewer do not fill vectors. */
    private static final int FILLS_VECTORS = 16;

    /** Narrow rows that lie one after another are finished in stretches of at most this many values. */
    private static final int STRETCH = 256;

    boolean isNone() {
        return bias == null && f == null;
    }

    /** Applies the activation in place to the values from … to − 1. */
    void activate(float[] c, int from, int to) {
        if (f != null) {
            loops.activate(f, c, c, from, to);
        }
    }

    /** Finishes the values from … to − 1. They are whole rows of all columns, one after another. */
    void finish(float[] c, int from, int to) {
        if (bias == null) {
            activate(c, from, to);
        } else {
            finish(c, from, bias.length, (to - from) / bias.length, 0, bias.length);
        }
    }

    /**
     * Finishes the columns from … to − 1 of {@code count} rows. Column 0 of row i is at places[i] + start. Each place
     * is at least to − from greater than the one before it.
     */
    void finish(float[] c, int[] places, int count, int start, int from, int to) {
        if (isNone()) {
            return;
        }
        for (int i = 0, end; i < count; i = end) {
            end = i + 1;
            int step = end < count ? places[end] - places[i] : to - from;
            while (end < count && places[end] - places[end - 1] == step) {
                end++;
            }
            finish(c, places[i] + start + from, step, end - i, from, to - from);
        }
    }

    /**
     * Finishes some columns of some rows.
     *
     * @param at the index of the first value
     * @param step the distance from a row to the next; it is at least {@code width}
     * @param column the first of the columns
     * @param width the number of these columns
     */
    void finish(float[] c, int at, int step, int rows, int column, int width) {
        if (bias != null && width == 1 && step == 1) {
            addToAll(bias[column], c, at, at + rows);
        } else if (bias != null && addBias(c, at, step, rows, column, width)) {
            return;
        }
        if (f == null) {
            return;
        }
        int touching = step == width ? rows : 1;
        // There is one call only. At each call the JIT inlines all loops of all activations, and it may run out of room
        // for their vectors.
        for (int i = 0; i < rows; i += touching) {
            activate(c, at + i * step, at + i * step + touching * width);
        }
    }

    /** Adds the bias, and says whether the activation was applied too. */
    private boolean addBias(float[] c, int at, int step, int rows, int column, int width) {
        boolean stretches = step == width && 2 * width <= STRETCH && rows * width >= 4 * STRETCH;
        float[] added = bias;
        int from = column;
        int length = width;
        int next = step;
        if (stretches) {
            length = STRETCH / width * width;
            added = repeated(column, width, length);
            from = 0;
            next = length;
        }
        boolean together = f != null && f.piecewiseLinear() && length >= FILLS_VECTORS;
        int end = rows * step;
        for (int i = 0; i < end; i += next) {
            loops.addBias(added, from, together ? f : null, c, at + i, Math.min(length, end - i));
        }
        return together;
    }

    /** Some values of the bias, again and again. */
    private float[] repeated(int column, int width, int length) {
        float[] repeated = Scratch.own().floats(Scratch.Use.BIAS, length);
        for (int i = 0; i < length; i += width) {
            System.arraycopy(bias, column, repeated, i, width);
        }
        return repeated;
    }

    private static void addToAll(float value, float[] c, int from, int to) {
        for (int i = from; i < to; i++) {
            c[i] += value;
        }
    }
}
