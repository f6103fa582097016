package io.github.grisaille.backend.cpu;

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
     * For r = 0 … 5: c[cPlaces[row + r] + cFrom + j] = start[startPlaces[row + r] + startFrom + j] + Σ over k of
     * a[aPlaces[row + r] + aFrom + k] · b[bFrom + k · width + j]. To start from a bias all its places are 0; to add to what is
     * in c they are those of c.
     */
    abstract void rows(
            int inner,
            float[] a,
            int[] aPlaces,
            int row,
            int aFrom,
            float[] b,
            int bFrom,
            float[] start,
            int[] startPlaces,
            int startFrom,
            float[] c,
            int[] cPlaces,
            int cFrom);

    /**
     * The product of a transposed left factor: for r = 0 … 4, c[cFrom + r · cStep + j] = start[startFrom + r · startStep + j] +
     * Σ over k of a[aFrom + k · aStep + r] · b[bFrom + k · width + j]. The sum is made first, and then added.
     */
    abstract void columns(
            int inner,
            float[] a,
            int aFrom,
            int aStep,
            float[] b,
            int bFrom,
            float[] start,
            int startFrom,
            int startStep,
            float[] c,
            int cFrom,
            int cStep);
}
