package io.github.grisaille.metric;

import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The score of Salimans et al. (2016, section 4): exp of the mean divergence KL(p(y|x) ‖ p(y)) of the class probabilities
 * of each sample x from their mean. It is from 1 (every sample gets the same probabilities) to the number of classes
 * (each sample is of one class for sure, and all classes come as often). It knows nothing of real samples.
 *
 * <p>The samples are scored in equal parts, the splits. Each split draws its samples from all rows, by an order that
 * depends on their number alone (a permutation by seed 0), so rows sorted by class do no harm. A split of few samples
 * scores too low: n samples score at most n, whatever they are. {@link #note()} then says so.
 *
 * @param mean over the splits
 * @param deviation among the splits; NaN if there is one only
 * @param splits the number of equal parts that are scored apart
 * @param note what is to be known about the samples' number; empty if nothing
 */
public record InceptionScore(double mean, double deviation, int splits, String note) {
    /** The paper's number of splits. */
    public static final int USUAL_SPLITS = 10;

    /** So many samples a class lower a split's score by at most 5%. */
    private static final int ENOUGH_A_CLASS = 10;

    private static final long ORDER_SEED = 0;
    private static final int FEWEST = 2;
    private static final double TOLERANCE = 1e-3;

    /** The score over ten splits, or over fewer if they would have less than ten samples a class. */
    public static InceptionScore of(Tensor probabilities) {
        Items rows = Items.of(probabilities, "class probabilities");
        int enough = rows.size() / (ENOUGH_A_CLASS * rows.width());
        return of(rows, Math.max(1, Math.min(USUAL_SPLITS, enough)));
    }

    /**
     * The score of class probabilities.
     *
     * @param probabilities one sample a row, one class a column; each row sums to 1
     * @param splits from 1 to half the number of samples; what is left over of an equal division is not used
     */
    public static InceptionScore of(Tensor probabilities, int splits) {
        return of(Items.of(probabilities, "class probabilities"), splits);
    }

    private static InceptionScore of(Items rows, int splits) {
        check(rows);
        Items.atLeast(FEWEST, rows, "samples for an Inception Score");
        if (splits < 1 || splits > rows.size() / FEWEST) {
            throw new IllegalArgumentException("the number of splits is from 1 to " + rows.size() / FEWEST
                    + ", half the number of samples (one sample alone scores 1, whatever it is), and got " + splits);
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

    /** The mean's entropy comes out too low by up to (classes − 1) / 2n nats (Miller 1955). */
    private static String notes(int samples, int classes) {
        if (samples >= ENOUGH_A_CLASS * classes) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%,d samples a split for %d classes: the score is too low, by up to about %.0f%%; take at least %,d a"
                        + " split",
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
                throw new IllegalArgumentException("row " + i + " is no distribution (sum " + sum + ", least value "
                        + least + "): give class probabilities, not logits");
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

    @Override
    public String toString() {
        String figure = splits == 1
                ? String.format(Locale.ROOT, "%.3f (1 split)", mean)
                : String.format(Locale.ROOT, "%.3f ± %.3f (%d splits)", mean, deviation, splits);
        return figure + (note.isEmpty() ? "" : "; " + note);
    }
}
