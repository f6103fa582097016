package io.github.grisaille.data;

import io.github.grisaille.tensor.Tensor;

/** Interpolation between latent codes, and grids of two-dimensional codes. */
public final class LatentWalk {
    private static final double NEARLY_PARALLEL = 1e-6;

    private LatentWalk() {}

    /**
     * Linear interpolation: codes on the straight line from one code to another, both ends included.
     *
     * @param from one code, of any shape
     * @param to a code of the same size
     * @param steps the number of codes, at least 2
     * @return (steps, number of values of a code)
     */
    public static Tensor linear(Tensor from, Tensor to, int steps) {
        return between(from, to, steps, (a, b, t) -> new double[] {1 - t, t});
    }

    /**
     * Spherical interpolation (Shoemake 1985; White 2016): codes on the great arc from one code to another. Codes from
     * N(0, I) in n dimensions all have norms near √n if n is large. The middle of a straight line is nearer to 0 than
     * any code that a decoder has seen; the middle of the arc is not. Parameters as in {@link #linear}.
     */
    public static Tensor spherical(Tensor from, Tensor to, int steps) {
        return between(from, to, steps, LatentWalk::arc);
    }

    private interface Weights {
        double[] at(float[] a, float[] b, double t);
    }

    private static Tensor between(Tensor from, Tensor to, int steps, Weights weights) {
        if (from.size() != to.size()) {
            throw new IllegalArgumentException(
                    "both ends of a walk must have the same size; got " + from.shape() + " and " + to.shape());
        }
        if (steps < 2) {
            throw new IllegalArgumentException("a walk needs at least 2 codes, its two ends; got " + steps);
        }
        float[] a = from.toArray();
        float[] b = to.toArray();
        float[] codes = new float[steps * a.length];
        for (int i = 0; i < steps; i++) {
            double[] w = weights.at(a, b, (double) i / (steps - 1));
            for (int j = 0; j < a.length; j++) {
                codes[i * a.length + j] = (float) (w[0] * a[j] + w[1] * b[j]);
            }
        }
        return Tensor.of(codes, steps, a.length);
    }

    /** The weights sin((1 − t)Ω) / sin Ω and sin(tΩ) / sin Ω, where Ω is the angle between the codes. */
    private static double[] arc(float[] a, float[] b, double t) {
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
        }
        double cosine = dot / Math.sqrt(squaresA * squaresB);
        double angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
        double sine = Math.sin(angle);
        return sine < NEARLY_PARALLEL || Double.isNaN(sine)
                ? new double[] {1 - t, t}
                : new double[] {Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine};
    }

    /**
     * A square grid of two-dimensional codes, row by row from the top left. Both coordinates go from −extent to extent,
     * x to the right and y upwards.
     *
     * @param side the number of codes in a row, at least 2
     * @param extent above 0
     * @return (side², 2)
     */
    public static Tensor grid(int side, double extent) {
        if (side < 2 || !(extent > 0)) {
            throw new IllegalArgumentException(
                    "a grid needs a side of at least 2 and an extent above 0; got " + side + " and " + extent);
        }
        float[] codes = new float[side * side * 2];
        for (int i = 0; i < side * side; i++) {
            codes[2 * i] = (float) (extent * (2.0 * (i % side) / (side - 1) - 1));
            codes[2 * i + 1] = (float) (extent * (1 - 2.0 * (i / side) / (side - 1)));
        }
        return Tensor.of(codes, side * side, 2);
    }
}
