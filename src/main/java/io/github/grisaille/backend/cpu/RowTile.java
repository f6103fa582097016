package io.github.grisaille.backend.cpu;

/** The micro-kernel for a left factor whose rows lie anywhere in an array. */
abstract class RowTile extends Tile {
    /** The number of rows in a tile. */
    static final int ROWS = 6;

    RowTile(int width) {
        super(width);
    }

    /**
     * For r = 0 … 5: c[cPlaces[row + r] + cFrom + j] = start[startPlaces[row + r] + startFrom + j] + Σ over k
     * of a[aPlaces[row + r] + aFrom + k] · b[bFrom + k · width + j]. To start from nothing, the start is zeros, and
     * all its places are 0. To add to what is in c, the start is c, with the same places.
     */
    abstract void multiply(
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
}
