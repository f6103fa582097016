package io.github.grisaille.metric;

import io.github.grisaille.nn.Sequential;
import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import tech.tablesaw.api.Table;

/**
 * How well samples cover a mixture of equal isotropic Gaussians with known centres. A sample within 3σ of a centre is
 * of high quality, and counts for the mode of its nearest centre (as in Srivastava et al. 2017).
 *
 * <p>Report strict modes, high quality and the deviation ratio together. Loose modes mislead: 2,500 samples spread
 * evenly over the square around the grid hit 20.7 of its 25 modes. A generator that shrinks each mode to a point has
 * all modes and the best quality; only the deviation ratio shows it. Real samples in the plane have a high quality of
 * 0.989 and a ratio of 0.974, because samples beyond 3σ do not count.
 *
 * @param modes the number of modes of the mixture
 * @param strict the number of modes with at least the given share of all samples
 * @param loose the number of modes with at least one sample
 * @param highQuality the share of samples within 3σ of a centre
 * @param deviationRatio the standard deviation per axis of high-quality samples within their modes, divided by σ; NaN
 *     if no mode has two samples
 * @param note a warning if there are few samples; empty otherwise
 */
public record ModeCoverage(int modes, int strict, int loose, double highQuality, double deviationRatio, String note)
        implements Tabular {
    /** Fewer samples than this in a mode can be outliers. */
    private static final int ENOUGH_A_MODE = 5;

    private static final double REACH = 3;
    private static final int RING = 8;
    private static final double RING_RADIUS = 2;
    private static final double RING_SIGMA = 0.02;
    private static final double RING_SHARE = 0.01;
    private static final int GRID_SIDE = 5;
    private static final double GRID_SPACING = 2;
    private static final double GRID_SIGMA = 0.05;
    private static final double GRID_SHARE = 0.004;

    /**
     * Coverage of 8 Gaussians with σ 0.02 on a circle of radius 2, beginning at (2, 0). A strict mode has at least 1%
     * of the samples.
     */
    public static ModeCoverage ofRing(Tensor samples) {
        double[][] centres = new double[RING][];
        Arrays.setAll(centres, i -> {
            double angle = 2 * Math.PI * i / RING;
            return new double[] {RING_RADIUS * Math.cos(angle), RING_RADIUS * Math.sin(angle)};
        });
        return of(samples, centres, RING_SIGMA, RING_SHARE);
    }

    /** Coverage of the ring by points that a generator makes from codes drawn from N(0, I); 2,500 points are usual. */
    public static ModeCoverage ofRing(Sequential generator, int count, long seed) {
        return ofRing(generator.sample(count, seed));
    }

    /** Coverage of the grid by points that a generator makes from codes drawn from N(0, I); 2,500 points are usual. */
    public static ModeCoverage ofGrid(Sequential generator, int count, long seed) {
        return ofGrid(generator.sample(count, seed));
    }

    /** Coverage of 5×5 Gaussians with σ 0.05 at −4, −2, 0, 2, 4. A strict mode has at least 0.4% of the samples. */
    public static ModeCoverage ofGrid(Tensor samples) {
        double[][] centres = new double[GRID_SIDE * GRID_SIDE][];
        int middle = GRID_SIDE / 2;
        Arrays.setAll(centres, i ->
                new double[] {GRID_SPACING * (i / GRID_SIDE - middle), GRID_SPACING * (i % GRID_SIDE - middle)});
        return of(samples, centres, GRID_SIGMA, GRID_SHARE);
    }

    /**
     * Coverage of a mixture.
     *
     * @param samples one sample per row
     * @param centres the centres of the modes, each as long as a row
     * @param sigma the standard deviation of each mode along each axis
     * @param share the smallest share of all samples in a strict mode, above 0 and at most 1 / number of modes
     */
    public static ModeCoverage of(Tensor samples, double[][] centres, double sigma, double share) {
        Items items = Items.of(samples, "samples");
        check(items, centres, sigma, share);
        int[] counts = new int[centres.length];
        double[][] sums = new double[centres.length][items.width()];
        double[] squares = new double[centres.length];
        for (int i = 0; i < items.size(); i++) {
            int mode = nearest(items, i, centres);
            double square = squaredDistance(items, i, centres[mode]);
            if (square <= REACH * REACH * sigma * sigma) {
                counts[mode]++;
                squares[mode] += square;
                for (int k = 0; k < items.width(); k++) {
                    sums[mode][k] += items.at(i, k) - centres[mode][k];
                }
            }
        }
        int strict = (int) Arrays.stream(counts)
                .filter(count -> count > 0 && count >= share * items.size())
                .count();
        int loose = (int) Arrays.stream(counts).filter(count -> count > 0).count();
        double quality = (double) Arrays.stream(counts).sum() / items.size();
        return new ModeCoverage(
                centres.length,
                strict,
                loose,
                quality,
                withinDeviation(counts, sums, squares) / sigma,
                notes(items.size(), share));
    }

    private static String notes(int samples, double share) {
        int needed = Math.max(1, (int) Math.ceil(share * samples));
        if (needed >= ENOUGH_A_MODE) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "with %,d samples, %d in a mode make it strict, and outliers can do this; use at least %,.0f samples",
                samples,
                needed,
                Math.ceil(ENOUGH_A_MODE / share));
    }

    /** The pooled standard deviation per axis around each mode's own mean. */
    private static double withinDeviation(int[] counts, double[][] sums, double[] squares) {
        double scatter = 0;
        long freedom = 0;
        for (int mode = 0; mode < counts.length; mode++) {
            if (counts[mode] > 1) {
                double ofSums = Arrays.stream(sums[mode]).map(sum -> sum * sum).sum();
                scatter += Math.max(0, squares[mode] - ofSums / counts[mode]);
                freedom += (counts[mode] - 1L) * sums[mode].length;
            }
        }
        return freedom == 0 ? Double.NaN : Math.sqrt(scatter / freedom);
    }

    private static int nearest(Items items, int i, double[][] centres) {
        int best = 0;
        for (int mode = 1; mode < centres.length; mode++) {
            if (squaredDistance(items, i, centres[mode]) < squaredDistance(items, i, centres[best])) {
                best = mode;
            }
        }
        return best;
    }

    private static double squaredDistance(Items items, int i, double[] centre) {
        double sum = 0;
        for (int k = 0; k < centre.length; k++) {
            double difference = items.at(i, k) - centre[k];
            sum += difference * difference;
        }
        return sum;
    }

    private static void check(Items items, double[][] centres, double sigma, double share) {
        if (centres.length == 0 || !(sigma > 0 && sigma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "a mixture needs at least one centre and a sigma above 0 and finite; got " + centres.length
                            + " centres and " + sigma);
        }
        for (double[] centre : centres) {
            if (centre.length != items.width()) {
                throw new IllegalArgumentException("samples and centres need the same number of values; got samples of "
                        + items.width() + " and a centre of " + centre.length);
            }
        }
        if (!(share > 0 && share <= 1.0 / centres.length)) {
            throw new IllegalArgumentException("the share of a strict mode must be above 0 and at most 1/"
                    + centres.length + ", so that all modes can have it; got " + share);
        }
    }

    /** All measures of the coverage. */
    @Override
    public Table table() {
        return Readings.titled("coverage of " + modes + " modes")
                .add("strict modes", strict, note)
                .add("loose modes", loose)
                .add("share of high quality", highQuality)
                .add("deviation ratio", deviationRatio)
                .table();
    }

    @Override
    public String toString() {
        return String.format(
                        Locale.ROOT,
                        "strict modes %d of %d (loose %d), high quality %.1f%%, deviation ratio %.2f",
                        strict,
                        modes,
                        loose,
                        100 * highQuality,
                        deviationRatio)
                + (note.isEmpty() ? "" : "; " + note);
    }
}
