package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import tech.tablesaw.api.Table;

/**
 * Density and coverage (Naeem et al. 2020). They resemble precision and recall but are robust to outliers. There is a
 * ball around each of the N real items; its radius is the distance to the k-th nearest real neighbour. With M generated
 * items, density is 1/(kM) Σ over generated items Σ over balls [the item is in the ball], and coverage is 1/N Σ over
 * balls [some generated item is in the ball].
 *
 * <p>If both sets come from the same distribution, the expected density is 1 and the expected coverage is {@link
 * #expectedCoverage}.
 *
 * @param density the mean number of balls around a generated item, divided by k; it can be above 1
 * @param coverage the share of balls that contain a generated item
 * @param k the neighbour that sets the radius of a ball
 * @param note a warning if there are few real items or equal ones; empty otherwise
 */
public record DensityCoverage(double density, double coverage, int k, String note) implements Tabular {
    /** The paper's k. */
    public static final int USUAL_K = 5;

    /** Density and coverage with the paper's k, 5. */
    public static DensityCoverage of(Tensor real, Tensor generated) {
        return of(real, generated, USUAL_K);
    }

    /**
     * Density and coverage of generated features.
     *
     * @param real features of more than k real items, one item per row
     * @param generated features from the same network, one item per row
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
     * The expected coverage if both sets come from the same distribution: 1 − Π (N − i) / (N + M − i) over i = 1 … k. A
     * ball is empty if the k nearest real items are nearer to its centre than all generated items, and all orders are
     * equally likely.
     */
    public static double expectedCoverage(int real, int generated, int k) {
        if (k < 1 || real <= k || generated < 1) {
            throw new IllegalArgumentException(
                    "coverage needs k of at least 1, more than k real items and at least 1 generated item;"
                            + " got k = " + k + ", " + real + " real and " + generated + " generated items");
        }
        double empty = 1;
        for (int i = 1; i <= k; i++) {
            empty *= (real - i) / (double) (real + generated - i);
        }
        return 1 - empty;
    }

    /** Density, coverage and k. */
    @Override
    public Table table() {
        return Readings.titled("density and coverage")
                .add("density", density, note)
                .add("coverage", coverage)
                .add("k", k)
                .table();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "density %.3f, coverage %.3f (k %d)", density, coverage, k)
                + (note.isEmpty() ? "" : "; " + note);
    }
}
