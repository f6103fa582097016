package io.github.grisaille.backend;

/** Moments and normalisation of a matrix column by column: batch normalisation, where a column is a channel. */
final class ColumnNormalization {
    private static final long WORTH_SHARING = 60_000;

    private final WorkerPool pool;
    private final Reductions reductions;
    private final Columns loops;

    ColumnNormalization(WorkerPool pool, Reductions reductions, Columns loops) {
        this.pool = pool;
        this.reductions = reductions;
        this.loops = loops;
    }

    /** Two passes, mean first: the one-pass formula loses the variance of data with a large mean. */
    void moments(float[] x, int rows, int columns, float[] mean, float[] variance) {
        double[] sums = reductions.columnSums(x, rows, columns);
        for (int j = 0; j < columns; j++) {
            mean[j] = (float) (sums[j] / rows);
        }
        double[] squares = reductions.columns(
                rows, columns, (from, to, total) -> loops.squares(x, columns, from, to, 0, mean, total));
        for (int j = 0; j < columns; j++) {
            variance[j] = (float) (squares[j] / rows);
        }
    }

    void normalize(
            float[] x,
            int rows,
            int columns,
            float[] mean,
            float[] variance,
            float epsilon,
            float[] gain,
            float[] shift,
            float[] y) {
        float[] factor = RowNormalization.inverseDeviations(variance, columns, epsilon);
        for (int j = 0; j < columns; j++) {
            factor[j] *= gain[j];
        }
        pool.split(
                rows,
                (long) rows * columns,
                WORTH_SHARING,
                (from, to) -> loops.normalize(x, columns, from, to, 0, mean, factor, shift, y));
    }

    void parameterGradients(
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
        float[] inverse = RowNormalization.inverseDeviations(variance, columns, epsilon);
        double[] sums = reductions.columns(
                rows, 2 * columns, (from, to, total) -> loops.gradientSums(x, dy, columns, from, to, 0, mean, total));
        for (int j = 0; j < columns; j++) {
            dShift[j] = (add ? dShift[j] : 0) + (float) sums[j];
            dGain[j] = (add ? dGain[j] : 0) + (float) (sums[columns + j] * inverse[j]);
        }
    }

    void inputGradient(
            float[] x,
            float[] dy,
            int rows,
            int columns,
            float[] mean,
            float[] variance,
            float epsilon,
            float[] gain,
            float[] sumDyNormal,
            float[] sumDy,
            float[] dx) {
        float[] factor = RowNormalization.inverseDeviations(variance, columns, epsilon);
        float[] meanDy = Scratch.own().floats(Scratch.Use.MEANS, columns);
        float[] slope = Scratch.own().floats(Scratch.Use.SLOPES, columns);
        for (int j = 0; j < columns; j++) {
            meanDy[j] = sumDy[j] / rows;
            slope[j] = sumDyNormal[j] / rows * factor[j];
            factor[j] *= gain[j];
        }
        pool.split(
                rows,
                (long) rows * columns,
                WORTH_SHARING,
                (from, to) -> loops.inputGradient(x, dy, columns, from, to, 0, mean, factor, meanDy, slope, dx));
    }
}
