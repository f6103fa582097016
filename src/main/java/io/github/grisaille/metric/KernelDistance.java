package io.github.grisaille.metric;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The kernel distance between two sets of features, the KID of Bińkowski et al. (2018, section 4) where they are
 * Inception's: the squared maximum mean discrepancy under the kernel k(x, y) = (x·y/d + 1)³ for d features, by the
 * unbiased estimate of Gretton et al. (2012, equation 3), averaged over random subsets.
 *
 * <p>Unlike the Fréchet distance it does not depend on the number of samples on average, so it can be below 0. It scatters
 * the more the fewer samples there are, and {@link #note()} says by how much where they are few. Scalar products are
 * float32 matrix products; all else is in double.
 *
 * @param value the mean over the subsets
 * @param standardError of that mean: the deviation among the subsets over the root of their number. Subsets share
 *     samples, so it speaks of the choice of subsets, and too well of the choice of samples where these are few. NaN if
 *     the only subset is the whole of both sets
 * @param subsets the number of subsets
 * @param subsetSize the number of items of each set in a subset
 * @param note what is to be known about the samples' number; empty if nothing
 */
public record KernelDistance(double value, double standardError, int subsets, int subsetSize, String note) {
    private static final int USUAL_SUBSETS = 100;
    private static final int USUAL_SIZE = 1000;
    /** Subsets of half a set differ from each other about as much as new sets from the whole one would. */
    private static final int SETS_PER_SUBSET = 2;

    private static final int FEWEST = 3;
    private static final int DEGREE = 3;
    private static final int OF_A = 0;
    private static final int OF_B = 1;

    /**
     * The distance by 100 subsets of 1,000 items, or of half of the smaller set if that is less, so that subsets differ.
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
     * The distance by so many subsets. Where these are the whole of both sets there is only one, and the distance is its
     * estimate.
     *
     * @param a features of one set, an item a row
     * @param b features of the other, from the same network
     * @param subsets at least 2
     * @param size the number of items that a subset takes from each set, without repeats: at least 2, at most all
     * @param seed drives the choice of subsets
     */
    public static KernelDistance between(Tensor a, Tensor b, int subsets, int size, long seed) {
        return between(Items.of(a, "features"), Items.of(b, "features"), subsets, size, seed);
    }

    private static KernelDistance between(Items itemsA, Items itemsB, int subsets, int size, long seed) {
        Items.sameWidth(itemsA, itemsB);
        int most = Math.min(itemsA.size(), itemsB.size());
        if (subsets < 2 || size < 2 || size > most) {
            throw new IllegalArgumentException("a kernel distance needs at least 2 subsets of 2 to " + most
                    + " items (the size of the smaller set), and got " + subsets + " of " + size);
        }
        if (size == Math.max(itemsA.size(), itemsB.size())) {
            double whole = discrepancy(first(itemsA, size), first(itemsB, size));
            String note = "the only subset is the whole of both sets, and has no standard error; " + smaller(size);
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
     * The deviation among subsets of r of n items, times √(r / (n − r)), estimates the standard error for the choice of
     * the n items themselves (the delete-d jackknife of Shao and Wu 1989). For two sets of one distribution it is too
     * large, at most by √3.
     */
    private static String notes(int items, int size, double deviation) {
        if (size == items) {
            return String.format(
                    Locale.ROOT,
                    "every subset has all %,d items of the smaller set, and the standard error is too small; %s",
                    items,
                    smaller(items));
        }
        if (items >= SETS_PER_SUBSET * USUAL_SIZE) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "few items, %,d in the smaller set: as many others would move the distance by about %.2g, whatever the"
                        + " standard error of the subsets; take at least %,d",
                items,
                deviation * Math.sqrt(size / (double) (items - size)),
                SETS_PER_SUBSET * USUAL_SIZE);
    }

    private static String smaller(int items) {
        return items < FEWEST
                ? "take more items"
                : String.format(Locale.ROOT, "take subsets of at most %,d", Math.max(2, items / SETS_PER_SUBSET));
    }

    private static Tensor first(Items items, int size) {
        return Backend.cpu().tensor(items.values(IntStream.range(0, size).toArray()), Shape.of(size, items.width()));
    }

    private static Tensor choose(Items items, int size, RandomStream random) {
        int[] chosen = Arrays.copyOf(random.permutation(items.size()), size);
        return Backend.cpu().tensor(items.values(chosen), Shape.of(size, items.width()));
    }

    /** The unbiased estimate for two sets of one size. */
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

    @Override
    public String toString() {
        String figure = Double.isNaN(standardError)
                ? String.format(Locale.ROOT, "%.4g (all %,d items)", value, subsetSize)
                : String.format(
                        Locale.ROOT, "%.4g ± %.2g (%d subsets of %,d)", value, standardError, subsets, subsetSize);
        return figure + (note.isEmpty() ? "" : "; " + note);
    }
}
