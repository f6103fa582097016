package io.github.grisaille.backend;

/**
 * The innermost loop of every matrix product: a few rows times one panel, with all sums in registers.
 *
 * <p>The left factor is read in place, value by value, from rows that may lie anywhere in an array. The right factor is a
 * panel: {@link #width} columns side by side, packed so that the loop walks straight through it.
 */
abstract class Tile {
    /** Rows of a tile whose left factor lies in rows. */
    static final int ROWS = 6;

    /** Rows of the tile of a product whose left factor is transposed: with 6, AVX2's 16 registers did not always do. */
    static final int TRANSPOSED_ROWS = 5;

    private final int width;

    Tile(int width) {
        this.width = width;
    }

    /** Columns of this tile, a whole number of vectors. */
    final int width() {
        return width;
    }

    /**
     * For r = 0 … 5: c[cPlaces[row + r] + cFrom + j] = bias[biasFrom + j] + Σ over k of a[aPlaces[row + r] + aFrom + k] ·
     * b[bFrom + k · width + j].
     */
    abstract void first(
            int inner,
            float[] a,
            int[] aPlaces,
            int row,
            int aFrom,
            float[] b,
            int bFrom,
            float[] bias,
            int biasFrom,
            float[] c,
            int[] cPlaces,
            int cFrom);

    /** The same sum added to what is in c. */
    abstract void more(
            int inner,
            float[] a,
            int[] aPlaces,
            int row,
            int aFrom,
            float[] b,
            int bFrom,
            float[] c,
            int[] cPlaces,
            int cFrom);

    /**
     * The product of a transposed left factor: for r = 0 … 4, c[cFrom + r · cStep + j] = Σ over k of a[aFrom + k · aStep +
     * r] · b[bFrom + k · width + j].
     */
    abstract void firstColumns(
            int inner, float[] a, int aFrom, int aStep, float[] b, int bFrom, float[] c, int cFrom, int cStep);

    /** The same sum added to what is in c. */
    abstract void moreColumns(
            int inner, float[] a, int aFrom, int aStep, float[] b, int bFrom, float[] c, int cFrom, int cStep);
}
