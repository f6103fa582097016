package io.github.grisaille.data;

import io.github.grisaille.tensor.Tensor;

/** Codes to decode one after another: ways from one to the next, and grids over a plane of codes. */
public final class LatentWalk {
    private static final double NEARLY_PARALLEL = 1e-6;

    private LatentWalk() {}

    /**
     * Codes on the straight line from one code to another, both ends included.
     *
     * @param from one code, of any shape
     * @param steps the number of codes, at least 2
     * @return (steps, the number of values of a code)
     */
    public static Tensor linear(Tensor from, Tensor to, int steps) {
        return between(from, to, steps, (a, b, t) -> new double[] {1 - t, t});
    }

    /**
     * Codes on the great arc from one code to another (Shoemake 1985; White 2016): for codes from N(0, I) in many
     * dimensions, whose norms are all about √n, the straight line's middle lies closer to 0 than any code that a decoder
     * has seen, and the arc's does not.
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
                    "a walk leads from a code to one of the same size: got " + from.shape() + " and " + to.shape());
        }
        if (steps < 2) {
            throw new IllegalArgumentException("a walk has at least 2 codes, its ends, and got " + steps);
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

    /** sin((1 − t)Ω) / sin Ω and sin(tΩ) / sin Ω, Ω the angle between the codes. */
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
     * A square grid over the plane of two-dimensional codes from −extent to extent, row by row from the top left, x to the
     * right and y upwards.
     *
     * @param side codes a row, at least 2
     * @return (side², 2)
     */
    public static Tensor grid(int side, double extent) {
        if (side < 2 || !(extent > 0)) {
            throw new IllegalArgumentException(
                    "a grid needs a side of at least 2 and an extent above 0, and got " + side + " and " + extent);
        }
        float[] codes = new float[side * side * 2];
        for (int i = 0; i < side * side; i++) {
            codes[2 * i] = (float) (extent * (2.0 * (i % side) / (side - 1) - 1));
            codes[2 * i + 1] = (float) (extent * (1 - 2.0 * (i / side) / (side - 1)));
        }
        return Tensor.of(codes, side * side, 2);
    }
}
