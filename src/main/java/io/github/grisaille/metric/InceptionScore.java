package io.github.grisaille.metric;

import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;

/**
 * The Inception Score of Salimans et al. (2016, section 4): exp of the mean over samples x of KL(p(y|x) ‖ p(y)), where
 * p(y|x) are the class probabilities of x and p(y) is their mean. It is 1 if all samples have the same probabilities.
 * It is the number of classes if each sample has a certain class and all classes are equally frequent. It does not use
 * real samples.
 *
 * <p>The samples are divided into equal parts, the splits, and each split is scored. The samples are first shuffled in
 * an order that depends only on their number (a permutation with seed 0), so rows sorted by class do no harm. The score
 * of a small split is too low: n samples score at most n. {@link #note()} then says so.
 *
 * @param mean the mean over the splits
 * @param deviation the standard deviation over the splits; NaN if there is only one
 * @param splits the number of splits
 * @param note a warning if there are too few samples; empty otherwise
 */
public record InceptionScore(double mean, double deviation, int splits, String note) implements Tabular {
    /** The paper's number of splits. */
    public static final int USUAL_SPLITS = 10;

    /** With this many samples per class, the score of a split is at most 5% too low. */
    private static final int ENOUGH_A_CLASS = 10;

    private static final long ORDER_SEED = 0;
    private static final int FEWEST = 2;
    private static final double TOLERANCE = 1e-3;

    /** The score over ten splits, or over fewer if a split would have less than ten samples per class. */
    public static InceptionScore of(Tensor probabilities) {
        Items rows = Items.of(probabilities, "class probabilities");
        int enough = rows.size() / (ENOUGH_A_CLASS * rows.width());
        return of(rows, Math.max(1, Math.min(USUAL_SPLITS, enough)));
    }

    /**
     * The score over a given number of splits.
     *
     * @param probabilities one row per sample, one column per class; each row sums to 1
     * @param splits from 1 to half the number of samples; the samples left over by an equal division are not used
     */
    public static InceptionScore of(Tensor probabilities, int splits) {
        return of(Items.of(probabilities, "class probabilities"), splits);
    }

    private static InceptionScore of(Items rows, int splits) {
        check(rows);
        Items.atLeast(FEWEST, rows, "samples for an Inception Score");
        if (splits < 1 || splits > rows.size() / FEWEST) {
            throw new IllegalArgumentException("the number of splits must be from 1 to " + rows.size() / FEWEST
                    + ", half the number of samples (a single sample always scores 1); got " + splits);
        }
        int part = rows.size() / splits;
        int[] order = new RandomStream(ORDER_SEED, 0).permutation(rows.size());
        double[] scores = IntStream.range(0, splits)
                .mapToDouble(s -> score(rows, Arrays.copyOfRange(order, s * part, (s + 1) * part)))
                .toArray();
        double mean = Arrays.stream(scores).average().orElseThrow();
        double variance = Arrays.stream(scores)
                .map(score -> (score - mean) * (score - mean))
                .average()
                .orElseThrow();
        double deviation = splits == 1 ? Double.NaN : Math.sqrt(variance);
        return new InceptionScore(mean, deviation, splits, notes(part, rows.width()));
    }

    /** The estimated entropy of the mean is too low by up to (classes − 1) / 2n nats (Miller 1955). */
    private static String notes(int samples, int classes) {
        if (samples >= ENOUGH_A_CLASS * classes) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "with %,d samples per split for %d classes the score is too low by up to about %.0f%%; use at least %,d"
                        + " samples per split",
                samples,
                classes,
                -100 * Math.expm1(-(classes - 1) / (2.0 * samples)),
                ENOUGH_A_CLASS * classes);
    }

    private static void check(Items rows) {
        for (int i = 0; i < rows.size(); i++) {
            double sum = 0;
            double least = 0;
            for (int c = 0; c < rows.width(); c++) {
                sum += rows.at(i, c);
                least = Math.min(least, rows.at(i, c));
            }
            if (least < 0 || Math.abs(sum - 1) > TOLERANCE) {
                throw new IllegalArgumentException("row " + i + " is not a probability distribution (sum " + sum
                        + ", smallest value " + least + "): give class probabilities, not logits");
            }
        }
    }

    private static double score(Items rows, int[] chosen) {
        double[] marginal = new double[rows.width()];
        for (int i : chosen) {
            for (int c = 0; c < marginal.length; c++) {
                marginal[c] += rows.at(i, c) / (double) chosen.length;
            }
        }
        double divergence = 0;
        for (int i : chosen) {
            for (int c = 0; c < marginal.length; c++) {
                double p = rows.at(i, c);
                divergence += p > 0 ? p * Math.log(p / marginal[c]) : 0;
            }
        }
        return Math.exp(divergence / chosen.length);
    }

    /** The score with its standard deviation over the splits. */
    @Override
    public Table table() {
        return Readings.titled("Inception Score")
                .add("score", mean, deviation, note)
                .add("splits", splits)
                .table();
    }

    @Override
    public String toString() {
        String figure = splits == 1
                ? String.format(Locale.ROOT, "%.3f (1 split)", mean)
                : String.format(Locale.ROOT, "%.3f ± %.3f (%d splits)", mean, deviation, splits);
        return figure + (note.isEmpty() ? "" : "; " + note);
    }
}
