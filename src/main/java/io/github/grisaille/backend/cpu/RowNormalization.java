package io.github.grisaille.backend.cpu;

/** Moments and normalisation of the rows of a matrix. This is layer normalisation, where a row is an item. */
final class RowNormalization {
    private static final long WORTH_SHARING = 30_000;

    private final WorkerPool pool;
    private final Reductions reductions;

    RowNormalization(WorkerPool pool, Reductions reductions) {
        this.pool = pool;
        this.reductions = reductions;
    }

    void moments(float[] x, int rows, int columns, float[] mean, float[] variance) {
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

    void normalize(Normalized n, float[] gain, float[] shift, float[] y) {
        float[] x = n.x();
        float[] mean = n.mean();
        int columns = n.columns();
        float[] inverse = inverseDeviations(n.variance(), n.rows(), n.epsilon());
        pool.split(n.rows(), n.size(), WORTH_SHARING, (from, to) -> {
            for (int row = from; row < to; row++) {
                int at = row * columns;
                for (int j = 0; j < columns; j++) {
                    y[at + j] = (x[at + j] - mean[row]) * inverse[row] * gain[j] + shift[j];
                }
            }
        });
    }

    void parameterGradients(Normalized n, float[] dy, boolean add, float[] dGain, float[] dShift) {
        float[] x = n.x();
        float[] mean = n.mean();
        int columns = n.columns();
        float[] inverse = inverseDeviations(n.variance(), n.rows(), n.epsilon());
        double[] sums = reductions.columns(n.rows(), 2 * columns, (from, to, total) -> {
            for (int row = from; row < to; row++) {
                int at = row * columns;
                for (int j = 0; j < columns; j++) {
                    total[j] += dy[at + j];
                    total[columns + j] += dy[at + j] * ((x[at + j] - mean[row]) * inverse[row]);
                }
            }
        });
        for (int j = 0; j < columns; j++) {
            dShift[j] = (add ? dShift[j] : 0) + (float) sums[j];
            dGain[j] = (add ? dGain[j] : 0) + (float) sums[columns + j];
        }
    }

    void inputGradient(Normalized n, float[] dy, float[] gain, float[] dx) {
        float[] x = n.x();
        float[] mean = n.mean();
        int columns = n.columns();
        float[] inverse = inverseDeviations(n.variance(), n.rows(), n.epsilon());
        pool.split(n.rows(), n.size(), WORTH_SHARING, (from, to) -> {
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

    /** 1 / √(variance + ε) for each variance. The array is valid until this thread asks again. */
    static float[] inverseDeviations(float[] variance, int count, float epsilon) {
        float[] inverse = Scratch.own().floats(Scratch.Use.DEVIATIONS, count);
        for (int j = 0; j < count; j++) {
            inverse[j] = (float) (1 / Math.sqrt((double) variance[j] + epsilon));
        }
        return inverse;
    }
}
