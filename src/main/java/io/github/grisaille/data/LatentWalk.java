package io.github.grisaille.data;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.function.DoubleUnaryOperator;

/** Interpolation between latent codes, and grids of two-dimensional codes. */
public final class LatentWalk {
    /** The sine of an angle below which two codes count as parallel. The cosine is known to about 1e-7. */
    private static final double NEARLY_PARALLEL = 1e-3;

    private LatentWalk() {}

    /**
     * Linear interpolation: codes on the straight line from one code to another, both ends included.
     *
     * @param from one code, of any shape
     * @param to a code of the same size, on the same backend
     * @param steps the number of codes, at least 2
     * @return (steps, number of values of a code), on the backend of the codes
     */
    public static Tensor linear(Tensor from, Tensor to, int steps) {
        return between(ends(from, to, steps), steps, t -> 1 - t);
    }

    /**
     * Spherical interpolation, also called slerp (Shoemake 1985; White 2016): codes on the great arc from one code to
     * another. Codes from N(0, I) in n dimensions all have norms near √n if n is large. The middle of a straight line is
     * nearer to 0 than any code that a decoder has seen; the middle of the arc is not. Parameters as in {@link #linear}.
     *
     * <p>Codes with the same direction or with opposite directions lie on no single arc. Between them, and between a code
     * and 0, this is linear interpolation.
     */
    public static Tensor spherical(Tensor from, Tensor to, int steps) {
        Tensor ends = ends(from, to, steps);
        double angle = angle(ends);
        double sine = Math.sin(angle);
        return sine < NEARLY_PARALLEL || Double.isNaN(sine)
                ? between(ends, steps, t -> 1 - t)
                : between(ends, steps, t -> Math.sin((1 - t) * angle) / sine);
    }

    /** Both codes as the rows of a matrix. */
    private static Tensor ends(Tensor from, Tensor to, int steps) {
        if (from.size() != to.size()) {
            throw new IllegalArgumentException(
                    "both ends of a walk must have the same size; got " + from.shape() + " and " + to.shape());
        }
        if (steps < 2) {
            throw new IllegalArgumentException("a walk needs at least 2 codes, its two ends; got " + steps);
        }
        return Tensor.concat(from.reshape(1, from.size()), to.reshape(1, to.size()));
    }

    /** The codes share(t) · from + share(1 − t) · to, for t from 0 to 1 in equal steps, as one matrix product. */
    private static Tensor between(Tensor ends, int steps, DoubleUnaryOperator share) {
        float[] weights = new float[2 * steps];
        for (int i = 0; i < steps; i++) {
            double t = (double) i / (steps - 1);
            weights[2 * i] = (float) share.applyAsDouble(t);
            weights[2 * i + 1] = (float) share.applyAsDouble(1 - t);
        }
        Backend backend = ends.backend();
        Tensor codes = backend.empty(Shape.of(steps, ends.axis(1)));
        backend.matmul(Factor.of(backend.tensor(weights, Shape.of(steps, 2))), Factor.of(ends), codes);
        return codes;
    }

    /** The angle between two codes; NaN if one of them is 0. */
    private static double angle(Tensor ends) {
        Tensor products = ends.backend().empty(Shape.of(2, 2));
        ends.backend().matmul(Factor.of(ends), Factor.transposed(ends), products);
        float[] dots = products.toArray();
        double cosine = dots[1] / Math.sqrt((double) dots[0] * dots[3]);
        return Math.acos(Math.min(1, Math.max(-1, cosine)));
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
