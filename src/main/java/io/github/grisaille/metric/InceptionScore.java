package io.github.grisaille.metric;

import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The score of Salimans et al. (2016, section 4): exp of the mean divergence KL(p(y|x) ‖ p(y)) of the class probabilities
 * of each sample x from their mean. It is from 1 (every sample gets the same probabilities) to the number of classes
 * (each sample is of one class for sure, and all classes come as often). It knows nothing of real samples.
 *
 * @param mean over the splits
 * @param deviation among the splits
 * @param splits the number of equal parts, one after another, that are scored apart
 */
public record InceptionScore(double mean, double deviation, int splits) {
    /** The paper's number of splits. */
    public static final int USUAL_SPLITS = 10;

    private static final double TOLERANCE = 1e-3;

    /** The score over ten splits. */
    public static InceptionScore of(Tensor probabilities) {
        return of(probabilities, USUAL_SPLITS);
    }

    /**
     * The score of class probabilities.
     *
     * @param probabilities one sample a row, one class a column; each row sums to 1
     * @param splits from 1 to the number of samples; what is left over of an equal division is not used
     */
    public static InceptionScore of(Tensor probabilities, int splits) {
        Items rows = Items.of(probabilities, "class probabilities");
        check(rows);
        if (splits < 1 || splits > rows.size()) {
            throw new IllegalArgumentException(
                    "the number of splits is from 1 to " + rows.size() + ", the number of samples, and got " + splits);
        }
        int part = rows.size() / splits;
        double[] scores = IntStream.range(0, splits)
                .mapToDouble(s -> score(rows, s * part, (s + 1) * part))
                .toArray();
        double mean = Arrays.stream(scores).average().orElseThrow();
        double variance = Arrays.stream(scores)
                .map(score -> (score - mean) * (score - mean))
                .average()
                .orElseThrow();
        return new InceptionScore(mean, Math.sqrt(variance), splits);
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

    private static double score(Items rows, int from, int to) {
        double[] marginal = new double[rows.width()];
        for (int i = from; i < to; i++) {
            for (int c = 0; c < marginal.length; c++) {
                marginal[c] += rows.at(i, c) / (double) (to - from);
            }
        }
        double divergence = 0;
        for (int i = from; i < to; i++) {
            for (int c = 0; c < marginal.length; c++) {
                double p = rows.at(i, c);
                divergence += p > 0 ? p * Math.log(p / marginal[c]) : 0;
            }
        }
        return Math.exp(divergence / (to - from));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f ± %.3f (%d splits)", mean, deviation, splits);
    }
}
