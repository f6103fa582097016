package io.github.grisaille.backend;

import java.util.Arrays;

/** The tile in plain loops: the reference of the vector tiles, and their stand-in where the Vector API is missing. */
final class PlainTile extends Tile {
    PlainTile(int width) {
        super(width);
    }

    @Override
    void first(
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
            int cFrom) {
        for (int r = 0; r < ROWS; r++) {
            System.arraycopy(bias, biasFrom, c, cPlaces[row + r] + cFrom, width());
        }
        more(inner, a, aPlaces, row, aFrom, b, bFrom, c, cPlaces, cFrom);
    }

    @Override
    void more(
            int inner,
            float[] a,
            int[] aPlaces,
            int row,
            int aFrom,
            float[] b,
            int bFrom,
            float[] c,
            int[] cPlaces,
            int cFrom) {
        for (int r = 0; r < ROWS; r++) {
            int from = aPlaces[row + r] + aFrom;
            int to = cPlaces[row + r] + cFrom;
            for (int k = 0; k < inner; k++) {
                addScaled(a[from + k], b, bFrom + k * width(), c, to);
            }
        }
    }

    @Override
    void firstColumns(
            int inner, float[] a, int aFrom, int aStep, float[] b, int bFrom, float[] c, int cFrom, int cStep) {
        for (int r = 0; r < TRANSPOSED_ROWS; r++) {
            Arrays.fill(c, cFrom + r * cStep, cFrom + r * cStep + width(), 0);
        }
        moreColumns(inner, a, aFrom, aStep, b, bFrom, c, cFrom, cStep);
    }

    @Override
    void moreColumns(
            int inner, float[] a, int aFrom, int aStep, float[] b, int bFrom, float[] c, int cFrom, int cStep) {
        for (int r = 0; r < TRANSPOSED_ROWS; r++) {
            for (int k = 0; k < inner; k++) {
                addScaled(a[aFrom + k * aStep + r], b, bFrom + k * width(), c, cFrom + r * cStep);
            }
        }
    }

    private void addScaled(float factor, float[] b, int from, float[] c, int to) {
        for (int j = 0; j < width(); j++) {
            c[to + j] += factor * b[from + j];
        }
    }
}
