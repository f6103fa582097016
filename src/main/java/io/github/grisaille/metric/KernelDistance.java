package io.github.grisaille.metric;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * The kernel distance between two sets of features, the KID of Bińkowski et al. (2018, section 4) where they are
 * Inception's: the squared maximum mean discrepancy under the kernel k(x, y) = (x·y/d + 1)³ for d features, by the
 * unbiased estimate of Gretton et al. (2012, equation 3), averaged over random subsets.
 *
 * <p>Unlike the Fréchet distance it does not depend on the number of samples on average, so it can be below 0. Scalar
 * products are float32 matrix products; all else is in double.
 *
 * @param value the mean over the subsets
 * @param standardError of that mean: the deviation among the subsets over the root of their number. Subsets share
 *     samples, so it speaks of the choice of subsets, and too well of the choice of samples where these are few
 * @param subsets the number of subsets
 * @param subsetSize the number of items of each set in a subset
 */
public record KernelDistance(double value, double standardError, int subsets, int subsetSize) {
    private static final int USUAL_SUBSETS = 100;
    private static final int USUAL_SIZE = 1000;
    private static final int DEGREE = 3;
    private static final int OF_A = 0;
    private static final int OF_B = 1;

    /** The distance by 100 subsets of 1,000 items, or of as many as the smaller set has. */
    public static KernelDistance between(Tensor a, Tensor b, long seed) {
        return between(a, b, USUAL_SUBSETS, Math.min(USUAL_SIZE, Math.min(a.axis(0), b.axis(0))), seed);
    }

    /**
     * The distance by so many subsets.
     *
     * @param a features of one set, an item a row
     * @param b features of the other, from the same network
     * @param subsets at least 2
     * @param size the number of items that a subset takes from each set, without repeats: at least 2, at most all
     * @param seed drives the choice of subsets
     */
    public static KernelDistance between(Tensor a, Tensor b, int subsets, int size, long seed) {
        Items itemsA = Items.of(a, "features");
        Items itemsB = Items.of(b, "features");
        Items.sameWidth(itemsA, itemsB);
        int most = Math.min(itemsA.size(), itemsB.size());
        if (subsets < 2 || size < 2 || size > most) {
            throw new IllegalArgumentException("a kernel distance needs at least 2 subsets of 2 to " + most
                    + " items (the size of the smaller set), and got " + subsets + " of " + size);
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
        return new KernelDistance(mean, Math.sqrt(squares / (subsets - 1) / subsets), subsets, size);
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
        Backend.cpu().matmul(x, false, y, true, null, false, products);
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
        return String.format(Locale.ROOT, "%.4g ± %.2g (%d subsets of %,d)", value, standardError, subsets, subsetSize);
    }
}
