package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;

/** Moments and normalisation of the columns of a matrix. This is batch normalisation, where a column is a channel. */
final class ColumnNormalization {
    private static final long WORTH_SHARING = 60_000;
    /** The number of values that are normalised and then activated at a time. They stay in the L1 cache in between. */
    private static final int BLOCK = 4096;

    /**
     * A variance is small beside the mean if it is less than this share of the squared mean. The standard deviation is
     * then less than 1/32 of the mean. A mean of floats is off by up to 4e-6 of itself, which is a hundredth of a
     * percent of such a deviation.
     */
    private static final double SMALL_SHARE = 0x1p-10;

    private final WorkerPool pool;
    private final Reductions reductions;
    private final ColumnLoops loops;

    ColumnNormalization(WorkerPool pool, Reductions reductions, ColumnLoops loops) {
        this.pool = pool;
        this.reductions = reductions;
        this.loops = loops;
    }

    /**
     * Computes the mean in one pass and the variance in a second. The formula with one pass loses the variance of data
     * with a large mean. If the standard deviation is small beside the mean, the rounding error of the mean matters,
     * and a third pass corrects both (Chan, Golub and LeVeque 1983).
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

    /**
     * y = f(gain · x̂ + shift), a few rows at a time. The epilogue holds the shift as its bias, and the activation f.
     */
    void normalize(Normalized n, float[] gain, EpilogueLoop epilogue, float[] y) {
        int columns = n.columns();
        float[] factors = factors(inverseDeviations(n), gain, columns);
        ColumnLoops.Normalization normal = new ColumnLoops.Normalization(n.mean(), factors, epilogue.bias(), 1);
        int block = Math.max(1, BLOCK / columns);
        pool.split(n.rows(), n.size(), WORTH_SHARING, (from, to) -> {
            for (int row = from; row < to; row += block) {
                int end = Math.min(to, row + block);
                loops.normalize(n.x(), columns, row, end, 0, normal, y);
                epilogue.activate(y, row * columns, end * columns);
            }
        });
    }

    void parameterGradients(Normalized n, float[] dy, boolean add, float[] dGain, float[] dShift) {
        float[] inverse = inverseDeviations(n);
        parameterGradients(
                n, dy, ColumnLoops.Normalization.withoutActivation(n.mean(), inverse), inverse, add, dGain, dShift);
    }

    void inputGradient(Normalized n, float[] dy, float[] gain, float[] sumDyNormal, float[] sumDy, float[] dx) {
        float[] inverse = inverseDeviations(n);
        ColumnLoops.Normalization normal =
                ColumnLoops.Normalization.withoutActivation(n.mean(), factors(inverse, gain, n.columns()));
        inputGradient(n, dy, normal, inverse, sumDyNormal, sumDy, dx);
    }

    /**
     * All gradients, through an activation f that is piecewise linear. The loops compute the input of f from x again,
     * to find where f′ is 1. Elsewhere they multiply dy by the slope. If dy is infinite and the slope is 0, this makes
     * a NaN. If a sum is NaN then, the method returns false and has not written dx.
     */
    boolean gradients(
            Normalized n,
            float[] dy,
            float[] gain,
            float[] shift,
            Activation f,
            float[] dGain,
            float[] dShift,
            float[] dx) {
        float[] inverse = inverseDeviations(n);
        ColumnLoops.Normalization normal =
                ColumnLoops.Normalization.withActivation(n.mean(), factors(inverse, gain, n.columns()), shift, f);
        parameterGradients(n, dy, normal, inverse, false, dGain, dShift);
        if (normal.slope() == 0 && anyNaN(dShift, dGain)) {
            return false;
        }
        inputGradient(n, dy, normal, inverse, dGain, dShift, dx);
        return true;
    }

    private static float[] inverseDeviations(Normalized n) {
        return RowNormalization.inverseDeviations(n.variance(), n.columns(), n.epsilon());
    }

    private static boolean anyNaN(float[] a, float[] b) {
        for (int j = 0; j < a.length; j++) {
            if (Float.isNaN(a[j]) || Float.isNaN(b[j])) {
                return true;
            }
        }
        return false;
    }

    /** gain / √(variance + ε). The array is valid until this thread asks for factors again. */
    private static float[] factors(float[] inverse, float[] gain, int columns) {
        float[] factors = Scratch.own().floats(Scratch.Use.FACTORS, columns);
        for (int j = 0; j < columns; j++) {
            factors[j] = inverse[j] * gain[j];
        }
        return factors;
    }

    private void parameterGradients(
            Normalized n,
            float[] dy,
            ColumnLoops.Normalization normal,
            float[] inverse,
            boolean add,
            float[] dGain,
            float[] dShift) {
        int columns = n.columns();
        double[] sums = reductions.columns(
                n.rows(),
                2 * columns,
                (from, to, total) -> loops.gradientSums(n.x(), dy, columns, from, to, 0, normal, total));
        for (int j = 0; j < columns; j++) {
            dShift[j] = (add ? dShift[j] : 0) + (float) sums[j];
            dGain[j] = (add ? dGain[j] : 0) + (float) (sums[columns + j] * inverse[j]);
        }
    }

    private void inputGradient(
            Normalized n,
            float[] dy,
            ColumnLoops.Normalization normal,
            float[] inverse,
            float[] sumDyNormal,
            float[] sumDy,
            float[] dx) {
        int columns = n.columns();
        float[] meanDy = Scratch.own().floats(Scratch.Use.MEANS, columns);
        float[] tilt = Scratch.own().floats(Scratch.Use.SLOPES, columns);
        for (int j = 0; j < columns; j++) {
            meanDy[j] = sumDy[j] / n.rows();
            tilt[j] = sumDyNormal[j] / n.rows() * inverse[j];
        }
        pool.split(
                n.rows(),
                n.size(),
                WORTH_SHARING,
                (from, to) -> loops.inputGradient(n.x(), dy, columns, from, to, 0, normal, meanDy, tilt, dx));
    }
}
