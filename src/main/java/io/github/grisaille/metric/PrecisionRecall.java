package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Tensor;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tech.tablesaw.api.Table;

/**
 * Improved precision and recall (Kynkäänniemi et al. 2019, equations 1 and 2). The manifold of a set is the union of
 * balls around its items. The radius of a ball is the distance to the item's k-th nearest neighbour in the set.
 * Precision falls if the quality is poor, recall falls if diversity is missing.
 *
 * @param precision the share of generated items in the manifold of the real items
 * @param recall the share of real items in the manifold of the generated items
 * @param k the neighbour that sets the radius of a ball
 * @param note a warning if there are few items or equal ones; empty otherwise
 */
public record PrecisionRecall(double precision, double recall, int k, String note) implements Tabular {
    /** The paper's k. */
    public static final int USUAL_K = 3;

    /** Precision and recall with the paper's k, 3. */
    public static PrecisionRecall of(Tensor real, Tensor generated) {
        return of(real, generated, USUAL_K);
    }

    /**
     * Precision and recall of generated features.
     *
     * @param real features of more than k real items, one item per row
     * @param generated features of more than k generated items, from the same network
     */
    public static PrecisionRecall of(Tensor real, Tensor generated, int k) {
        return of(Balls.around(Items.of(real, "real features"), k), Items.of(generated, "generated features"));
    }

    static PrecisionRecall of(Balls real, Dataset generated) {
        double precision = real.shareInside(generated);
        Balls made = Balls.around(generated, real.k());
        double recall = made.shareInside(real.centres());
        String note = Stream.of(real.note("real"), made.note("generated"))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
        return new PrecisionRecall(precision, recall, real.k(), note);
    }

    /** Precision, recall and k. */
    @Override
    public Table table() {
        return Readings.titled("improved precision and recall")
                .add("precision", precision, note)
                .add("recall", recall)
                .add("k", k)
                .table();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "precision %.3f, recall %.3f (k %d)", precision, recall, k)
                + (note.isEmpty() ? "" : "; " + note);
    }
}
