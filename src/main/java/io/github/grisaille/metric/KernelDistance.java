package io.github.grisaille.metric;

import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;

/**
 * The kernel distance between two sets of features: the squared maximum mean discrepancy with the kernel k(x, y) =
 * (x·y/d + 1)³ for d features. It is the unbiased estimate of Gretton et al. (2012, equation 3), averaged over random
 * subsets. With Inception features it is the KID of Bińkowski et al. (2018, section 4).
 *
 * <p>The Fréchet distance depends on the number of samples; the expected value of this one does not. So it can be below
 * 0. With fewer samples it varies more, and {@link #note()} says by how much. Dot products are float32 matrix products;
 * everything else is in double precision.
 *
 * @param value the mean over the subsets
 * @param standardError the standard error of this mean: the standard deviation over the subsets divided by the root of
 *     their number. Subsets share samples, so it measures the choice of subsets; for the choice of the samples
 *     themselves it is too small if they are few. NaN if the only subset is the whole of both sets
 * @param subsets the number of subsets
 * @param subsetSize the number of items that a subset has from each set
 * @param note a warning if there are few samples; empty otherwise
 */
public record KernelDistance(double value, double standardError, int subsets, int subsetSize, String note)
        implements Tabular {
    private static final int USUAL_SUBSETS = 100;
    private static final int USUAL_SIZE = 1000;
    /** Subsets of half a set differ about as much from each other as new sets would differ from the whole set. */
    private static final int SETS_PER_SUBSET = 2;

    private static final int FEWEST = 3;
    private static final int DEGREE = 3;
    private static final int OF_A = 0;
    private static final int OF_B = 1;

    /**
     * The distance from 100 subsets of 1,000 items, or of half of the smaller set if that is less, so that subsets
     * differ.
     *
     * @throws IllegalArgumentException if a set has fewer than 3 items
     */
    public static KernelDistance between(Tensor a, Tensor b, long seed) {
        Items itemsA = Items.of(a, "features");
        Items itemsB = Items.of(b, "features");
        Items.atLeast(FEWEST, itemsA, "items for a kernel distance");
        Items.atLeast(FEWEST, itemsB, "items for a kernel distance");
        int half = Math.max(2, Math.min(itemsA.size(), itemsB.size()) / SETS_PER_SUBSET);
        return between(itemsA, itemsB, USUAL_SUBSETS, Math.min(USUAL_SIZE, half), seed);
    }

    /**
     * The distance from a given number of subsets. If a subset is the whole of both sets, there is only one.
     *
     * @param a features of one set, one item per row
     * @param b features of the other set, from the same network
     * @param subsets at least 2
     * @param size the number of items that a subset takes from each set, without repetition: at least 2, at most all
     * @param seed the seed of the random subsets
     */
    public static KernelDistance between(Tensor a, Tensor b, int subsets, int size, long seed) {
        return between(Items.of(a, "features"), Items.of(b, "features"), subsets, size, seed);
    }

    private static KernelDistance between(Items itemsA, Items itemsB, int subsets, int size, long seed) {
        Items.sameWidth(itemsA, itemsB);
        int most = Math.min(itemsA.size(), itemsB.size());
        if (subsets < 2 || size < 2 || size > most) {
            throw new IllegalArgumentException("a kernel distance needs at least 2 subsets of 2 to " + most
                    + " items (the size of the smaller set); got " + subsets + " of " + size);
        }
        if (size == Math.max(itemsA.size(), itemsB.size())) {
            double whole = discrepancy(first(itemsA, size), first(itemsB, size));
            String note = "the only subset is the whole of both sets, so there is no standard error; " + smaller(size);
            return new KernelDistance(whole, Double.NaN, 1, size, note);
        }
        RandomStream randomA = new RandomStream(seed, OF_A);
        RandomStream randomB = new RandomStream(seed, OF_B);
        double[] estimates = new double[subsets];
        for (int s = 0; s < subsets; s++) {
            estimates[s] = discrepancy(choose(itemsA, size, randomA), choose(itemsB, size, randomB));
        }
        double mean = Arrays.stream(estimates).average().orElseThrow();
        double squares = Arrays.stream(estimates)
                .map(estimate -> (estimate - mean) * (estimate - mean))
                .sum();
        double deviation = Math.sqrt(squares / (subsets - 1));
        return new KernelDistance(mean, deviation / Math.sqrt(subsets), subsets, size, notes(most, size, deviation));
    }

    /**
     * The standard deviation over subsets of r of n items, times √(r / (n − r)), estimates the standard error for the
     * choice of the n items (the delete-d jackknife of Shao and Wu 1989). For two sets from the same distribution it is
     * too large by a factor of at most √3.
     */
    private static String notes(int items, int size, double deviation) {
        if (size == items) {
            return String.format(
                    Locale.ROOT,
                    "every subset has all %,d items of the smaller set, so the standard error is too small; %s",
                    items,
                    smaller(items));
        }
        if (items >= SETS_PER_SUBSET * USUAL_SIZE) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "the smaller set has only %,d items: with other items the distance would change by about %.2g,"
                        + " whatever the"
                        + " standard error of the subsets; use at least %,d items",
                items,
                deviation * Math.sqrt(size / (double) (items - size)),
                SETS_PER_SUBSET * USUAL_SIZE);
    }

    private static String smaller(int items) {
        return items < FEWEST
                ? "use more items"
                : String.format(Locale.ROOT, "use subsets of at most %,d items", Math.max(2, items / SETS_PER_SUBSET));
    }

    private static Tensor first(Items items, int size) {
        return Backend.cpu().tensor(items.values(IntStream.range(0, size).toArray()), Shape.of(size, items.width()));
    }

    private static Tensor choose(Items items, int size, RandomStream random) {
        int[] chosen = Arrays.copyOf(random.permutation(items.size()), size);
        return Backend.cpu().tensor(items.values(chosen), Shape.of(size, items.width()));
    }

    /** The unbiased estimate for two sets of the same size. */
    static double discrepancy(Tensor x, Tensor y) {
        double size = x.axis(0);
        double among = (kernelSum(x, x, true) + kernelSum(y, y, true)) / (size * (size - 1));
        return among - 2 * kernelSum(x, y, false) / (size * size);
    }

    private static double kernelSum(Tensor x, Tensor y, boolean withoutDiagonal) {
        int rows = x.axis(0);
        int columns = y.axis(0);
        Tensor products = Backend.cpu().empty(Shape.of(rows, columns));
        Backend.cpu().matmul(Factor.of(x), Factor.transposed(y), products);
        float[] values = products.toArray();
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                if (!withoutDiagonal || i != j) {
                    sum += kernel(values[i * columns + j], x.axis(1));
                }
            }
        }
        return sum;
    }

    private static double kernel(double product, int features) {
        double base = product / features + 1;
        double power = 1;
        for (int i = 0; i < DEGREE; i++) {
            power *= base;
        }
        return power;
    }

    /** The distance with its standard error, and the subsets. */
    @Override
    public Table table() {
        return Readings.titled("kernel distance")
                .add("distance", value, standardError, note)
                .add("subsets", subsets)
                .add("items in a subset", subsetSize)
                .table();
    }

    @Override
    public String toString() {
        String figure = Double.isNaN(standardError)
                ? String.format(Locale.ROOT, "%.4g (all %,d items)", value, subsetSize)
                : String.format(
                        Locale.ROOT, "%.4g ± %.2g (%d subsets of %,d)", value, standardError, subsets, subsetSize);
        return figure + (note.isEmpty() ? "" : "; " + note);
    }
}
