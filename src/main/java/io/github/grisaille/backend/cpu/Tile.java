package io.github.grisaille.backend.cpu;

/**
 * The micro-kernel of every matrix product. It multiplies a few rows of the left factor by one panel, and keeps all
 * sums in registers.
 *
 * <p>The left factor is read in place, value by value. Its rows may lie anywhere in an array. The right factor is a
 * panel: {@link #width} columns side by side, packed so that the loop walks straight through it.
 */
abstract class Tile {
    /** The number of rows in a tile of {@link #rows}. */
    static final int ROWS = 6;

    /**
     * The number of rows in a tile of {@link #columns}, whose left factor is transposed. With 6 rows the JIT does not
     * always keep all sums in the 16 registers of AVX2.
     */
    static final int TRANSPOSED_ROWS = 5;

    private final int width;

    Tile(int width) {
        this.width = width;
    }

    /** The number of columns of this tile, a whole number of vectors. */
    final int width() {
        return width;
    }

    /**
     * For r = 0 … 5: c[cPlaces[row + r] + cFrom + j] = start[startPlaces[row + r] + startFrom + j] + Σ over k of
     * a[aPlaces[row + r] + aFrom + k] · b[bFrom + k · width + j]. To start from a bias, all places of the start are 0.
     * To add to what is in c, the start is c, with the same places.
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
     * The product of a transposed left factor: for r = 0 … 4, c[cFrom + r · cStep + j] = start[startFrom + r ·
     * startStep + j] + Σ over k of a[aFrom + k · aStep + r] · b[bFrom + k · width + j]. The sum is made first, and the
     * start is then added.
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
