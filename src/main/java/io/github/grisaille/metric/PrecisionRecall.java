package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.tensor.Tensor;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Improved precision and recall (Kynkäänniemi et al. 2019, equations 1 and 2). The manifold of a set is the union of
 * balls around its items, each reaching to the item's k-th nearest neighbour in the set. Precision falls when samples are
 * poor, recall when they lack variety.
 *
 * @param precision the share of generated items that lie in the real items' manifold
 * @param recall the share of real items that lie in the generated items' manifold
 * @param k the neighbour that the balls reach to
 * @param note what is to be known about few or equal items; empty if nothing
 */
public record PrecisionRecall(double precision, double recall, int k, String note) {
    /** The paper's k. */
    public static final int USUAL_K = 3;

    /** Precision and recall with the paper's k, 3. */
    public static PrecisionRecall of(Tensor real, Tensor generated) {
        return of(real, generated, USUAL_K);
    }

    /**
     * Precision and recall of generated features.
     *
     * @param real features of real items, one a row, more than k
     * @param generated features from the same network, more than k
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

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "precision %.3f, recall %.3f (k %d)", precision, recall, k)
                + (note.isEmpty() ? "" : "; " + note);
    }
}
