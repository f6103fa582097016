package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;

/**
 * Loops over the columns of a matrix, for sums and for normalisation. These are the plain loops. A method works on the
 * rows fromRow … toRow − 1, and on the columns from {@code fromColumn} on.
 */
class ColumnLoops {
    /**
     * A normalisation of columns with an activation f: y = f(z) with z = (x − mean) · factor + shift.
     *
     * @param slope the slope of f left of zero. f is linear on each side of zero: f′ is 1 where z is positive, and this
     *     slope elsewhere
     */
    record Normalization(float[] mean, float[] factor, float[] shift, float slope) {
        /** No activation. A gradient does not depend on the shift then, so the mean stands in for it. */
        static Normalization withoutActivation(float[] mean, float[] factor) {
            return new Normalization(mean, factor, mean, 1);
        }

        /** With an activation that is {@link Activation#piecewiseLinear}. */
        static Normalization withActivation(float[] mean, float[] factor, float[] shift, Activation f) {
            return new Normalization(mean, factor, shift, f.kind() == Activation.Kind.RELU ? 0 : f.slope());
        }
    }

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

    /** sums[j] += Σ (x − mean). */
    final void deviations(float[] x, int columns, int fromRow, int toRow, float[] mean, float[] sums) {
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = 0; j < columns; j++) {
                sums[j] += x[at + j] - mean[j];
            }
        }
    }

    /** sums[j] += Σ dy · f′, and sums[columns + j] += Σ dy · f′ · (x − mean). */
    void gradientSums(
            float[] x, float[] dy, int columns, int fromRow, int toRow, int fromColumn, Normalization n, float[] sums) {
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = fromColumn; j < columns; j++) {
                float centred = x[at + j] - n.mean[j];
                float g = centred * n.factor[j] + n.shift[j] > 0 ? dy[at + j] : n.slope * dy[at + j];
                sums[j] += g;
                sums[columns + j] += g * centred;
            }
        }
    }

    /** y = (x − mean) · factor + shift. */
    void normalize(float[] x, int columns, int fromRow, int toRow, int fromColumn, Normalization n, float[] y) {
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = fromColumn; j < columns; j++) {
                y[at + j] = (x[at + j] - n.mean[j]) * n.factor[j] + n.shift[j];
            }
        }
    }

    /** dx = factor · (dy · f′ − meanDy − (x − mean) · tilt). */
    void inputGradient(
            float[] x,
            float[] dy,
            int columns,
            int fromRow,
            int toRow,
            int fromColumn,
            Normalization n,
            float[] meanDy,
            float[] tilt,
            float[] dx) {
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = fromColumn; j < columns; j++) {
                float centred = x[at + j] - n.mean[j];
                float g = centred * n.factor[j] + n.shift[j] > 0 ? dy[at + j] : n.slope * dy[at + j];
                dx[at + j] = n.factor[j] * (g - meanDy[j] - centred * tilt[j]);
            }
        }
    }
}
