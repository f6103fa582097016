package io.github.grisaille.backend.cpu;

/**
 * The micro-kernel in plain loops. It is the reference for the vector tiles, and replaces them where the Vector API is
 * missing.
 */
final class PlainTile extends Tile {
    PlainTile(int width) {
        super(width);
    }

    @Override
    void rows(
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
                addScaled(a[from + k], b, bFrom + k * width(), c, to);
            }
        }
    }

    @Override
    void columns(
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
            int cStep) {
        for (int r = 0; r < TRANSPOSED_ROWS; r++) {
            int to = cFrom + r * cStep;
            System.arraycopy(start, startFrom + r * startStep, c, to, width());
            for (int k = 0; k < inner; k++) {
                addScaled(a[aFrom + k * aStep + r], b, bFrom + k * width(), c, to);
            }
        }
    }

    private void addScaled(float factor, float[] b, int from, float[] c, int to) {
        for (int j = 0; j < width(); j++) {
            c[to + j] += factor * b[from + j];
        }
    }
}
