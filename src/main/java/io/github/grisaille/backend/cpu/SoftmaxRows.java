package io.github.grisaille.backend.cpu;

/**
 * The softmax and its cross-entropy, row by row. The maximum of a row is subtracted first, so that no exponential
 * overflows.
 */
final class SoftmaxRows {
    private SoftmaxRows() {}

    static void crossEntropy(
            float[] x,
            float[] target,
            int width,
            float factor,
            float[] gradient,
            double[] rowLosses,
            int from,
            int to) {
        for (int row = from; row < to; row++) {
            int at = row * width;
            float maximum = Float.NEGATIVE_INFINITY;
            for (int j = 0; j < width; j++) {
                maximum = Math.max(maximum, x[at + j]);
            }
            float sum = 0;
            float mass = 0;
            for (int j = 0; j < width; j++) {
                gradient[at + j] = FastMath.exp(x[at + j] - maximum);
                sum += gradient[at + j];
                mass += target[at + j];
            }
            float logSum = FastMath.log(sum);
            double loss = 0;
            for (int j = 0; j < width; j++) {
                float t = target[at + j];
                // 0 · log 0 counts as 0
                if (t != 0) {
                    loss -= (double) t * (x[at + j] - maximum - logSum);
                }
                gradient[at + j] = factor * (gradient[at + j] / sum * mass - t);
            }
            rowLosses[row] = loss;
        }
    }
}
