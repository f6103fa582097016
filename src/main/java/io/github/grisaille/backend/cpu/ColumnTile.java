package io.github.grisaille.backend.cpu;

/** The micro-kernel for a transposed left factor: the values of neighbouring rows lie next to each other. */
abstract class ColumnTile extends Tile {
    /**
     * The number of rows in a tile. With 6 rows the JIT does not always keep all sums in the 16 registers of AVX2, and
     * a product then takes twice the time.
     */
    static final int ROWS = 5;

    ColumnTile(int width) {
        super(width);
    }

    /**
     * For r = 0 … 4, c[cFrom + r · cStep + j] = start[startFrom + r · startStep + j] + Σ over k of a[aFrom + k · aStep
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
