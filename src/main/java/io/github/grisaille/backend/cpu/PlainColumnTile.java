package io.github.grisaille.backend.cpu;

/** The micro-kernel {@link ColumnTile} in plain loops. It is the reference for the vector tiles. */
final class PlainColumnTile extends ColumnTile {
    PlainColumnTile(int width) {
        super(width);
    }

    @Override
    void multiply(
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
        for (int r = 0; r < ROWS; r++) {
            int to = cFrom + r * cStep;
            System.arraycopy(start, startFrom + r * startStep, c, to, width());
            for (int k = 0; k < inner; k++) {
                for (int j = 0; j < width(); j++) {
                    c[to + j] += a[aFrom + k * aStep + r] * b[bFrom + k * width() + j];
                }
            }
        }
    }
}
