package io.github.grisaille.backend.cpu;

/** The micro-kernel for a transposed left factor: the values of neighbouring rows lie next to each other. */
abstract class ColumnTile extends Tile {
    /** The number of rows in a tile. */
    static final int ROWS = 6;

    ColumnTile(int width) {
        super(width);
    }

    /**
     * For r = 0 … 5, c[cFrom + r · cStep + j] = start[startFrom + r · startStep + j] + Σ over k of a[aFrom + k · aStep
     * + r] · b[bFrom + k · width + j]. The sum is made first, and the start is then added.
     */
    abstract void multiply(
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
