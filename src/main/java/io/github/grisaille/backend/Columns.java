package io.github.grisaille.backend;

/**
 * Loops over the columns {@code fromColumn} and following of some rows of a matrix, for sums and for normalisation. These
 * are the plain ones.
 */
class Columns {
    /** sums[j] += Σ x. */
    void sums(float[] x, int columns, int fromRow, int toRow, int fromColumn, float[] sums) {
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = fromColumn; j < columns; j++) {
                sums[j] += x[at + j];
            }
        }
    }

    /** sums[j] += Σ (x − mean)². */
    void squares(float[] x, int columns, int fromRow, int toRow, int fromColumn, float[] mean, float[] sums) {
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = fromColumn; j < columns; j++) {
                float d = x[at + j] - mean[j];
                sums[j] += d * d;
            }
        }
    }

    /** sums[j] += Σ dy, and sums[columns + j] += Σ dy · (x − mean). */
    void gradientSums(
            float[] x, float[] dy, int columns, int fromRow, int toRow, int fromColumn, float[] mean, float[] sums) {
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = fromColumn; j < columns; j++) {
                sums[j] += dy[at + j];
                sums[columns + j] += dy[at + j] * (x[at + j] - mean[j]);
            }
        }
    }

    /** y = (x − mean) · factor + shift. */
    void normalize(
            float[] x,
            int columns,
            int fromRow,
            int toRow,
            int fromColumn,
            float[] mean,
            float[] factor,
            float[] shift,
            float[] y) {
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = fromColumn; j < columns; j++) {
                y[at + j] = (x[at + j] - mean[j]) * factor[j] + shift[j];
            }
        }
    }

    /** dx = factor · (dy − meanDy − (x − mean) · slope). */
    void inputGradient(
            float[] x,
            float[] dy,
            int columns,
            int fromRow,
            int toRow,
            int fromColumn,
            float[] mean,
            float[] factor,
            float[] meanDy,
            float[] slope,
            float[] dx) {
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = fromColumn; j < columns; j++) {
                dx[at + j] = factor[j] * (dy[at + j] - meanDy[j] - (x[at + j] - mean[j]) * slope[j]);
            }
        }
    }
}
