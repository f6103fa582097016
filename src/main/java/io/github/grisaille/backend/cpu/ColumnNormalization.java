package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;

/** Moments and normalisation of a matrix column by column: batch normalisation, where a column is a channel. */
final class ColumnNormalization {
    private static final long WORTH_SHARING = 60_000;
    /** Values that are normalised and activated at a time: they stay in the first-level cache. */
    private static final int BLOCK = 4096;

    /** A mean of floats is off by up to 4e-6 of itself, which is a hundredth of a percent of a deviation of 1/32 of it. */
    private static final double SMALL_SHARE = 0x1p-10;

    private final WorkerPool pool;
    private final Reductions reductions;
    private final Columns loops;

    ColumnNormalization(WorkerPool pool, Reductions reductions, Columns loops) {
        this.pool = pool;
        this.reductions = reductions;
        this.loops = loops;
    }

    /**
     * Two passes, mean first: the one-pass formula loses the variance of data with a large mean. Where the deviation is
     * small beside the mean, the rounding of the mean's sum would be seen in it, and a third pass corrects the mean (Chan,
     * Golub and LeVeque 1983).
     */
    void moments(float[] x, int rows, int columns, float[] mean, float[] variance) {
        double[] sums = reductions.columnSums(x, rows, columns);
        for (int j = 0; j < columns; j++) {
            mean[j] = (float) (sums[j] / rows);
        }
        double[] squares = reductions.columns(
                rows, columns, (from, to, total) -> loops.squares(x, columns, from, to, 0, mean, total));
        boolean small = false;
        for (int j = 0; j < columns; j++) {
            variance[j] = (float) (squares[j] / rows);
            small |= smallBesideMean(variance[j], mean[j]);
        }
        if (small) {
            correct(x, rows, columns, mean, variance);
        }
    }

    private static boolean smallBesideMean(float variance, float mean) {
        return variance < SMALL_SHARE * mean * mean;
    }

    private void correct(float[] x, int rows, int columns, float[] mean, float[] variance) {
        double[] deviations = reductions.columns(
                rows, columns, (from, to, total) -> loops.deviations(x, columns, from, to, mean, total));
        for (int j = 0; j < columns; j++) {
            if (smallBesideMean(variance[j], mean[j])) {
                double off = deviations[j] / rows;
                mean[j] = (float) (mean[j] + off);
                variance[j] = (float) Math.max(0, variance[j] - off * off);
            }
        }
    }

    /** y = gain · x̂ + shift, the epilogue's bias, and its activation a few rows at a time. */
    void normalize(
            float[] x,
            int rows,
            int columns,
            float[] mean,
            float[] variance,
            float epsilon,
            float[] gain,
            Epilogue epilogue,
            float[] y) {
        float[] inverse = RowNormalization.inverseDeviations(variance, columns, epsilon);
        Columns.Normal normal = new Columns.Normal(mean, factors(inverse, gain, columns), epilogue.bias(), 1);
        int block = Math.max(1, BLOCK / columns);
        pool.split(rows, (long) rows * columns, WORTH_SHARING, (from, to) -> {
            for (int row = from; row < to; row += block) {
                int end = Math.min(to, row + block);
                loops.normalize(x, columns, row, end, 0, normal, y);
                epilogue.activate(y, row * columns, end * columns);
            }
        });
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
        parameterGradients(x, dy, rows, columns, Columns.Normal.alone(mean, inverse), inverse, add, dGain, dShift);
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
        float[] inverse = RowNormalization.inverseDeviations(variance, columns, epsilon);
        Columns.Normal normal = Columns.Normal.alone(mean, factors(inverse, gain, columns));
        inputGradient(x, dy, rows, columns, normal, inverse, sumDyNormal, sumDy, dx);
    }

    /**
     * Both, through a piecewise linear activation that followed: where it was on is seen from x once more. An infinity in dy
     * times a slope of 0 is NaN. Where sums are NaN for such a slope this returns false, and dx is not yet written.
     */
    boolean gradients(
            float[] x,
            float[] dy,
            int rows,
            int columns,
            float[] mean,
            float[] variance,
            float epsilon,
            float[] gain,
            float[] shift,
            Activation f,
            float[] dGain,
            float[] dShift,
            float[] dx) {
        float[] inverse = RowNormalization.inverseDeviations(variance, columns, epsilon);
        Columns.Normal normal = Columns.Normal.activated(mean, factors(inverse, gain, columns), shift, f);
        parameterGradients(x, dy, rows, columns, normal, inverse, false, dGain, dShift);
        if (normal.slope() == 0 && anyNaN(dShift, dGain)) {
            return false;
        }
        inputGradient(x, dy, rows, columns, normal, inverse, dGain, dShift, dx);
        return true;
    }

    private static boolean anyNaN(float[] a, float[] b) {
        for (int j = 0; j < a.length; j++) {
            if (Float.isNaN(a[j]) || Float.isNaN(b[j])) {
                return true;
            }
        }
        return false;
    }

    /** gain / √(variance + ε), until this thread asks for factors again. */
    private static float[] factors(float[] inverse, float[] gain, int columns) {
        float[] factors = Scratch.own().floats(Scratch.Use.FACTORS, columns);
        for (int j = 0; j < columns; j++) {
            factors[j] = inverse[j] * gain[j];
        }
        return factors;
    }

    private void parameterGradients(
            float[] x,
            float[] dy,
            int rows,
            int columns,
            Columns.Normal normal,
            float[] inverse,
            boolean add,
            float[] dGain,
            float[] dShift) {
        double[] sums = reductions.columns(
                rows, 2 * columns, (from, to, total) -> loops.gradientSums(x, dy, columns, from, to, 0, normal, total));
        for (int j = 0; j < columns; j++) {
            dShift[j] = (add ? dShift[j] : 0) + (float) sums[j];
            dGain[j] = (add ? dGain[j] : 0) + (float) (sums[columns + j] * inverse[j]);
        }
    }

    private void inputGradient(
            float[] x,
            float[] dy,
            int rows,
            int columns,
            Columns.Normal normal,
            float[] inverse,
            float[] sumDyNormal,
            float[] sumDy,
            float[] dx) {
        float[] meanDy = Scratch.own().floats(Scratch.Use.MEANS, columns);
        float[] tilt = Scratch.own().floats(Scratch.Use.SLOPES, columns);
        for (int j = 0; j < columns; j++) {
            meanDy[j] = sumDy[j] / rows;
            tilt[j] = sumDyNormal[j] / rows * inverse[j];
        }
        pool.split(
                rows,
                (long) rows * columns,
                WORTH_SHARING,
                (from, to) -> loops.inputGradient(x, dy, columns, from, to, 0, normal, meanDy, tilt, dx));
    }
}
