package io.github.grisaille.backend;

/**
 * Moments and normalisation of a matrix of rows × columns, column by column (batch normalisation: a column is a
 * channel) or row by row (layer normalisation: a row is an item).
 */
final class Normalization {
    private static final long WORTH_SHARING = 30_000;

    private final WorkerPool pool;
    private final Reductions reductions;

    Normalization(WorkerPool pool, Reductions reductions) {
        this.pool = pool;
        this.reductions = reductions;
    }

    /** Two passes, mean first: the one-pass formula loses the variance of data with a large mean. */
    void columnMoments(float[] x, int rows, int columns, float[] mean, float[] variance) {
        double[] sums = reductions.columnSums(x, rows, columns);
        for (int j = 0; j < columns; j++) {
            mean[j] = (float) (sums[j] / rows);
        }
        double[] squares = reductions.columns(rows, columns, (row, total) -> {
            for (int j = 0; j < columns; j++) {
                double d = x[row * columns + j] - mean[j];
                total[j] += d * d;
            }
        });
        for (int j = 0; j < columns; j++) {
            variance[j] = (float) (squares[j] / rows);
        }
    }

    void normalizeColumns(
            float[] x,
            int rows,
            int columns,
            float[] mean,
            float[] variance,
            float epsilon,
            float[] gain,
            float[] shift,
            float[] y) {
        float[] inverse = inverseDeviations(variance, columns, epsilon);
        pool.split(rows, (long) rows * columns, WORTH_SHARING, (from, to) -> {
            for (int row = from; row < to; row++) {
                int at = row * columns;
                for (int j = 0; j < columns; j++) {
                    y[at + j] = (x[at + j] - mean[j]) * inverse[j] * gain[j] + shift[j];
                }
            }
        });
    }

    void columnParameterGradients(
            float[] x,
            float[] dy,
            int rows,
            int columns,
            float[] mean,
            float[] variance,
            float epsilon,
            boolean add,
            float[] dGain,
            float[] dShift) {
        double[] sums = columnGradientSums(x, dy, rows, columns, mean, variance, epsilon);
        for (int j = 0; j < columns; j++) {
            dShift[j] = (add ? dShift[j] : 0) + (float) sums[j];
            dGain[j] = (add ? dGain[j] : 0) + (float) sums[columns + j];
        }
    }

    void columnInputGradient(
            float[] x,
            float[] dy,
            int rows,
            int columns,
            float[] mean,
            float[] variance,
            float epsilon,
            float[] gain,
            float[] dx) {
        double[] sums = columnGradientSums(x, dy, rows, columns, mean, variance, epsilon);
        float[] inverse = inverseDeviations(variance, columns, epsilon);
        float[] meanDy = new float[columns];
        float[] meanDyNormal = new float[columns];
        for (int j = 0; j < columns; j++) {
            meanDy[j] = (float) (sums[j] / rows);
            meanDyNormal[j] = (float) (sums[columns + j] / rows);
        }
        pool.split(rows, (long) rows * columns, WORTH_SHARING, (from, to) -> {
            for (int row = from; row < to; row++) {
                int at = row * columns;
                for (int j = 0; j < columns; j++) {
                    float normal = (x[at + j] - mean[j]) * inverse[j];
                    dx[at + j] = gain[j] * inverse[j] * (dy[at + j] - meanDy[j] - normal * meanDyNormal[j]);
                }
            }
        });
    }

    /** Σ dy in the first half and Σ dy ⊙ x̂ in the second, for each column. */
    private double[] columnGradientSums(
            float[] x, float[] dy, int rows, int columns, float[] mean, float[] variance, float epsilon) {
        float[] inverse = inverseDeviations(variance, columns, epsilon);
        return reductions.columns(rows, 2 * columns, (row, total) -> {
            int at = row * columns;
            for (int j = 0; j < columns; j++) {
                total[j] += dy[at + j];
                total[columns + j] += dy[at + j] * ((x[at + j] - mean[j]) * inverse[j]);
            }
        });
    }

    void rowMoments(float[] x, int rows, int columns, float[] mean, float[] variance) {
        pool.split(rows, (long) rows * columns, WORTH_SHARING, (from, to) -> {
            for (int row = from; row < to; row++) {
                int at = row * columns;
                double sum = 0;
                for (int j = 0; j < columns; j++) {
                    sum += x[at + j];
                }
                mean[row] = (float) (sum / columns);
                double squares = 0;
                for (int j = 0; j < columns; j++) {
                    double d = x[at + j] - mean[row];
                    squares += d * d;
                }
                variance[row] = (float) (squares / columns);
            }
        });
    }

    void normalizeRows(
            float[] x,
            int rows,
            int columns,
            float[] mean,
            float[] variance,
            float epsilon,
            float[] gain,
            float[] shift,
            float[] y) {
        float[] inverse = inverseDeviations(variance, rows, epsilon);
        pool.split(rows, (long) rows * columns, WORTH_SHARING, (from, to) -> {
            for (int row = from; row < to; row++) {
                int at = row * columns;
                for (int j = 0; j < columns; j++) {
                    y[at + j] = (x[at + j] - mean[row]) * inverse[row] * gain[j] + shift[j];
                }
            }
        });
    }

    void rowParameterGradients(
            float[] x,
            float[] dy,
            int rows,
            int columns,
            float[] mean,
            float[] variance,
            float epsilon,
            boolean add,
            float[] dGain,
            float[] dShift) {
        float[] inverse = inverseDeviations(variance, rows, epsilon);
        double[] sums = reductions.columns(rows, 2 * columns, (row, total) -> {
            int at = row * columns;
            for (int j = 0; j < columns; j++) {
                total[j] += dy[at + j];
                total[columns + j] += dy[at + j] * ((x[at + j] - mean[row]) * inverse[row]);
            }
        });
        for (int j = 0; j < columns; j++) {
            dShift[j] = (add ? dShift[j] : 0) + (float) sums[j];
            dGain[j] = (add ? dGain[j] : 0) + (float) sums[columns + j];
        }
    }

    void rowInputGradient(
            float[] x,
            float[] dy,
            int rows,
            int columns,
            float[] mean,
            float[] variance,
            float epsilon,
            float[] gain,
            float[] dx) {
        float[] inverse = inverseDeviations(variance, rows, epsilon);
        pool.split(rows, (long) rows * columns, WORTH_SHARING, (from, to) -> {
            for (int row = from; row < to; row++) {
                int at = row * columns;
                double sum = 0;
                double sumNormal = 0;
                for (int j = 0; j < columns; j++) {
                    float g = gain[j] * dy[at + j];
                    sum += g;
                    sumNormal += g * ((x[at + j] - mean[row]) * inverse[row]);
                }
                float meanG = (float) (sum / columns);
                float meanGNormal = (float) (sumNormal / columns);
                for (int j = 0; j < columns; j++) {
                    float normal = (x[at + j] - mean[row]) * inverse[row];
                    dx[at + j] = inverse[row] * (gain[j] * dy[at + j] - meanG - normal * meanGNormal);
                }
            }
        });
    }

    private static float[] inverseDeviations(float[] variance, int count, float epsilon) {
        float[] inverse = new float[count];
        for (int j = 0; j < count; j++) {
            inverse[j] = (float) (1 / Math.sqrt((double) variance[j] + epsilon));
        }
        return inverse;
    }
}
