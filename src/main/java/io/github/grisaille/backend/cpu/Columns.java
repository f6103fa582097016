package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;

/**
 * Loops over the columns {@code fromColumn} and following of some rows of a matrix, for sums and for normalisation. These
 * are the plain ones.
 */
class Columns {
    /**
     * A normalisation, column by column, and what follows it: y = f(z), z = (x − mean) · factor + shift.
     *
     * @param slope the slope of f left of zero, where it is linear on either side: f′ is 1 where z is positive, and this
     *     elsewhere
     */
    record Normal(float[] mean, float[] factor, float[] shift, float slope) {
        /** With no activation; the shift, which then does not matter to a gradient, is the mean. */
        static Normal alone(float[] mean, float[] factor) {
            return new Normal(mean, factor, mean, 1);
        }

        /** With an activation that is {@link Activation#piecewiseLinear}. */
        static Normal activated(float[] mean, float[] factor, float[] shift, Activation f) {
            return new Normal(mean, factor, shift, f.kind() == Activation.Kind.RELU ? 0 : f.slope());
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
            float[] x, float[] dy, int columns, int fromRow, int toRow, int fromColumn, Normal n, float[] sums) {
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
    void normalize(float[] x, int columns, int fromRow, int toRow, int fromColumn, Normal n, float[] y) {
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
            Normal n,
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
