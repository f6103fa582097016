package io.github.grisaille.train.gan;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/** Eight Gaussians on a circle of radius 2, σ 0.02, and how well points cover them. */
final class Ring {
    private static final int MODES = 8;
    private static final double RADIUS = 2;
    private static final float DEVIATION = 0.02f;

    /**
     * @param modes those with at least 1% of the points within 3σ
     * @param highQuality the share of points within 3σ of any mode
     */
    record Score(int modes, double highQuality) {}

    private Ring() {}

    private static double x(int mode) {
        return RADIUS * Math.cos(2 * Math.PI * mode / MODES);
    }

    private static double y(int mode) {
        return RADIUS * Math.sin(2 * Math.PI * mode / MODES);
    }

    static ArrayDataset data(int count, long seed) {
        Tensor noise = Backend.cpu().empty(Shape.of(count, 2));
        Backend.cpu().normal(new RandomStream(seed, 60), 0, DEVIATION, noise);
        RandomStream choice = new RandomStream(seed, 61);
        float[] points = noise.toArray();
        for (int i = 0; i < count; i++) {
            int mode = choice.nextInt(MODES);
            points[2 * i] += (float) x(mode);
            points[2 * i + 1] += (float) y(mode);
        }
        return new ArrayDataset(points, 2);
    }

    static Score score(Tensor points) {
        float[] values = points.toArray();
        int count = values.length / 2;
        int[] hits = new int[MODES];
        for (int i = 0; i < count; i++) {
            for (int mode = 0; mode < MODES; mode++) {
                double distance = Math.hypot(values[2 * i] - x(mode), values[2 * i + 1] - y(mode));
                hits[mode] += distance <= 3 * DEVIATION ? 1 : 0;
            }
        }
        int modes = 0;
        int good = 0;
        for (int hit : hits) {
            modes += hit >= 0.01 * count ? 1 : 0;
            good += hit;
        }
        return new Score(modes, (double) good / count);
    }
}
