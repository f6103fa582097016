package io.github.grisaille.backend.cpu;

import java.util.Arrays;

/** Loops over the items of a batch. A task works on whole items, and a sum over an item is made in order. */
final class ItemLoops {
    private static final long WORTH_SHARING = 30_000;

    private final WorkerPool pool;

    ItemLoops(WorkerPool pool) {
        this.pool = pool;
    }

    void dots(float[] a, float[] b, float[] y) {
        int size = a.length / y.length;
        pool.split(y.length, a.length, WORTH_SHARING, (from, to) -> {
            for (int n = from; n < to; n++) {
                double sum = 0;
                for (int i = n * size; i < (n + 1) * size; i++) {
                    sum += (double) a[i] * b[i];
                }
                y[n] = (float) sum;
            }
        });
    }

    void scale(float[] x, float[] factors, float[] y) {
        int size = x.length / factors.length;
        pool.split(factors.length, x.length, WORTH_SHARING, (from, to) -> {
            for (int n = from; n < to; n++) {
                float factor = factors[n];
                for (int i = n * size; i < (n + 1) * size; i++) {
                    y[i] = factor * x[i];
                }
            }
        });
    }

    /** Writes the slopes and returns the penalty. */
    static double normPenalty(float[] squares, float target, float factor, float[] slopes) {
        double sum = 0;
        for (int n = 0; n < squares.length; n++) {
            double norm = Math.sqrt(squares[n]);
            double excess = norm - target;
            sum += excess * excess;
            // for a target of 0 the penalty is ‖v‖², whose gradient 2v is smooth, also at 0
            double share = target == 0 ? 1 : norm == 0 ? 0 : excess / norm;
            slopes[n] = (float) (2 * factor * share);
        }
        return factor * sum;
    }

    void closeness(float[] x, int items, int groups, int width, float[] y) {
        pool.split(items, (long) items * x.length, WORTH_SHARING, (from, to) -> {
            for (int n = from; n < to; n++) {
                Arrays.fill(y, n * groups, (n + 1) * groups, 0);
                for (int m = 0; m < items; m++) {
                    for (int g = 0; m != n && g < groups; g++) {
                        y[n * groups + g] += similarity(x, (n * groups + g) * width, (m * groups + g) * width, width);
                    }
                }
            }
        });
    }

    /**
     * The pair (n, m) counts in y[n] and in y[m], so dx[n] = −Σ over m of e^−d · sign(x[n] − x[m]) · (dy[n] + dy[m]).
     */
    void closenessGradient(float[] x, float[] dy, int items, int groups, int width, float[] dx) {
        pool.split(items, 2L * items * x.length, WORTH_SHARING, (from, to) -> {
            for (int n = from; n < to; n++) {
                Arrays.fill(dx, n * groups * width, (n + 1) * groups * width, 0);
                for (int m = 0; m < items; m++) {
                    for (int g = 0; m != n && g < groups; g++) {
                        int own = (n * groups + g) * width;
                        int other = (m * groups + g) * width;
                        float pull = similarity(x, own, other, width) * (dy[n * groups + g] + dy[m * groups + g]);
                        for (int i = 0; i < width; i++) {
                            dx[own + i] -= pull * Math.signum(x[own + i] - x[other + i]);
                        }
                    }
                }
            }
        });
    }

    private static float similarity(float[] x, int own, int other, int width) {
        float distance = 0;
        for (int i = 0; i < width; i++) {
            distance += Math.abs(x[own + i] - x[other + i]);
        }
        return FastMath.exp(-distance);
    }
}
