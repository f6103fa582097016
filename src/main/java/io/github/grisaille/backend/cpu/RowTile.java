package io.github.grisaille.backend.cpu;

/** The micro-kernel for a left factor whose rows lie anywhere in an array. */
abstract class RowTile extends Tile {
    /** Each number of rows in a tile divides this number. */
    static final int COMMON_ROWS = 12;

    private final int rows;

    RowTile(int rows, int width) {
        super(width);
        this.rows = rows;
    }

    /** The number of rows in a tile. Rows times vectors of columns must leave registers for the factors. */
    final int rows() {
        return rows;
    }

    /**
     * For r = 0 … rows() − 1: c[cPlaces[row + r] + cFrom + j] = start[startPlaces[row + r] + startFrom + j] + Σ over k
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
