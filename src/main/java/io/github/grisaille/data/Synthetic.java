package io.github.grisaille.data;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.function.IntUnaryOperator;

/**
 * Points from a known distribution, so that a model's samples can be evaluated. The same seed gives the same points.
 */
public final class Synthetic {
    private static final double FULL_TURN = 2 * Math.PI;
    private static final int RING_MODES = 8;
    private static final int GRID_SIDE = 5;

    private Synthetic() {}

    /**
     * Points (cos t, sin t) on the unit circle at equal steps of t, with noise from N(0, noise²) on each coordinate.
     *
     * @param noise the standard deviation, at least 0
     */
    public static ArrayDataset noisyCircle(int count, float noise, long seed) {
        float[] points = noise(count, noise, seed);
        for (int i = 0; i < count; i++) {
            double t = FULL_TURN * i / count;
            points[2 * i] += (float) Math.cos(t);
            points[2 * i + 1] += (float) Math.sin(t);
        }
        return new ArrayDataset(points, 2);
    }

    /** Points (t / 4π, sin t) for t from 0 to 4π at equal steps, both ends included. */
    public static ArrayDataset sine(int count) {
        if (count < 2) {
            throw new IllegalArgumentException("a sine needs at least 2 points; got " + count);
        }
        float[] points = new float[2 * count];
        for (int i = 0; i < count; i++) {
            double share = (double) i / (count - 1);
            points[2 * i] = (float) share;
            points[2 * i + 1] = (float) Math.sin(share * 2 * FULL_TURN);
        }
        return new ArrayDataset(points, 2);
    }

    /**
     * Points from a mixture of isotropic Gaussians in the plane: {@code perCentre} points of each, one centre after
     * another.
     *
     * @param centres the mean of each Gaussian: {x, y}
     * @param deviation the standard deviation of each coordinate, at least 0
     */
    public static ArrayDataset mixture(double[][] centres, int perCentre, float deviation, long seed) {
        return mixture(centres, centres.length * perCentre, deviation, seed, i -> i / perCentre);
    }

    /**
     * Points from 8 Gaussians with σ 0.02 on a circle of radius 2, all equally often: a common test for mode collapse.
     */
    public static ArrayDataset ring(int count, long seed) {
        return mixture(ringCentres(), count, 0.02f, seed, i -> i % RING_MODES);
    }

    /** Points from a 5×5 grid of Gaussians with σ 0.05 and spacing 2, all equally often. */
    public static ArrayDataset grid(int count, long seed) {
        return mixture(gridCentres(), count, 0.05f, seed, i -> i % (GRID_SIDE * GRID_SIDE));
    }

    /** The 8 centres of {@link #ring}. */
    public static double[][] ringCentres() {
        double[][] centres = new double[RING_MODES][];
        for (int i = 0; i < RING_MODES; i++) {
            double t = FULL_TURN * i / RING_MODES;
            centres[i] = new double[] {2 * Math.cos(t), 2 * Math.sin(t)};
        }
        return centres;
    }

    /** The 25 centres of {@link #grid}. */
    public static double[][] gridCentres() {
        double[][] centres = new double[GRID_SIDE * GRID_SIDE][];
        for (int i = 0; i < centres.length; i++) {
            centres[i] = new double[] {2 * (i % GRID_SIDE) - 4, 2 * (i / GRID_SIDE) - 4};
        }
        return centres;
    }

    private static ArrayDataset mixture(
            double[][] centres, int count, float deviation, long seed, IntUnaryOperator centreOf) {
        float[] points = noise(count, deviation, seed);
        for (int i = 0; i < count; i++) {
            double[] centre = centres[centreOf.applyAsInt(i)];
            points[2 * i] += (float) centre[0];
            points[2 * i + 1] += (float) centre[1];
        }
        return new ArrayDataset(points, 2);
    }

    private static float[] noise(int count, float deviation, long seed) {
        if (count < 1 || !(deviation >= 0)) {
            throw new IllegalArgumentException("points need a count of at least 1 and a deviation of at least 0; got "
                    + count + " and " + deviation);
        }
        Tensor noise = Backend.cpu().empty(Shape.of(count, 2));
        Backend.cpu().normal(new RandomStream(seed, 0), 0, deviation, noise);
        return noise.toArray();
    }
}
