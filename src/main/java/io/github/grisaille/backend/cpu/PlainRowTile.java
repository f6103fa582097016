package io.github.grisaille.backend.cpu;

/** The micro-kernel {@link RowTile} in plain loops. It is the reference for the vector tiles. */
final class PlainRowTile extends RowTile {
    PlainRowTile(int width) {
        super(width);
    }

    @Override
    void multiply(
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
            int cFrom) {
        for (int r = 0; r < ROWS; r++) {
            int from = aPlaces[row + r] + aFrom;
            int to = cPlaces[row + r] + cFrom;
            System.arraycopy(start, startPlaces[row + r] + startFrom, c, to, width());
            for (int k = 0; k < inner; k++) {
                for (int j = 0; j < width(); j++) {
                    c[to + j] += a[from + k] * b[bFrom + k * width() + j];
                }
            }
        }
    }
}
