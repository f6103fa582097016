package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * Density and coverage (Naeem et al. 2020): precision and recall that a few outliers cannot mislead, since balls are
 * drawn around the N real items only, each reaching to its k-th nearest real neighbour. With M generated items, density
 * is 1/(kM) Σ over items Σ over balls [the item is in the ball], and coverage 1/N Σ over balls [any item is in it].
 *
 * <p>Where both sets come from one distribution, density is 1 on average, and coverage {@link #expectedCoverage}.
 *
 * @param density the mean number of balls that a generated item lies in, over k; it can be above 1
 * @param coverage the share of balls that hold a generated item
 * @param k the neighbour that the balls reach to
 * @param note what is to be known about few or equal real items; empty if nothing
 */
public record DensityCoverage(double density, double coverage, int k, String note) {
    /** The paper's k. */
    public static final int USUAL_K = 5;

    /** Density and coverage with the paper's k, 5. */
    public static DensityCoverage of(Tensor real, Tensor generated) {
        return of(real, generated, USUAL_K);
    }

    /**
     * Density and coverage of generated features.
     *
     * @param real features of real items, one a row, more than k
     * @param generated features from the same network
     */
    public static DensityCoverage of(Tensor real, Tensor generated, int k) {
        return of(Balls.around(Items.of(real, "real features"), k), Items.of(generated, "generated features"));
    }

    static DensityCoverage of(Balls real, Dataset generated) {
        int[] held = real.held(generated);
        double inside = Arrays.stream(held).asDoubleStream().sum();
        long covered = Arrays.stream(held).filter(count -> count > 0).count();
        return new DensityCoverage(
                inside / real.k() / generated.size(), (double) covered / held.length, real.k(), real.note("real"));
    }

    /**
     * The average coverage where both sets come from one distribution: 1 − Π (N − i) / (N + M − i) over i = 1 … k. A ball
     * is empty if the k real items nearest to its centre are nearer than all generated ones, and every order is as likely.
     */
    public static double expectedCoverage(int real, int generated, int k) {
        if (k < 1 || real <= k || generated < 1) {
            throw new IllegalArgumentException(
                    "coverage is of more than k real items and at least 1 generated, with k at" + " least 1, and got "
                            + real + " and " + generated + " items, k " + k);
        }
        double empty = 1;
        for (int i = 1; i <= k; i++) {
            empty *= (real - i) / (double) (real + generated - i);
        }
        return 1 - empty;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "density %.3f, coverage %.3f (k %d)", density, coverage, k)
                + (note.isEmpty() ? "" : "; " + note);
    }
}
