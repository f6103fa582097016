package io.github.grisaille.metric;

import io.github.grisaille.nn.Sequential;
import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import tech.tablesaw.api.Table;

/**
 * Counts how many of the 1,000 modes of stacked MNIST a generator makes (Metz et al. 2017, section 3.3.1). Each of the
 * three channels of an image shows a digit, and a classifier reads them as a number from 000 to 999. Srivastava et al.
 * (2017) and Lin et al. (2018) count over 26,000 samples.
 *
 * @param modes the number of different numbers
 * @param divergence KL(distribution of the numbers ‖ uniform distribution), in nats: 0 is perfect, and log 1000 = 6.91
 *     means one mode. Even n perfect samples have about 999 / 2n
 * @param samples the number of samples
 */
public record StackedMnist(int modes, double divergence, int samples) implements Tabular {
    private static final int CLASSES = 10;
    private static final int CHANNELS = 3;
    private static final int MODES = CLASSES * CLASSES * CLASSES;

    /**
     * Classifies and counts stacked digits.
     *
     * @param images (samples, 28, 28, 3), with black as −1 and white as 1
     */
    public static StackedMnist of(Tensor images, MnistClassifier classifier) {
        if (images.shape().rank() < 2 || images.axis(-1) != CHANNELS) {
            throw new IllegalArgumentException(
                    "stacked digits need the shape (samples, 28, 28, 3); got " + images.shape());
        }
        float[] values = images.toArray();
        int[][] digits = new int[CHANNELS][];
        for (int c = 0; c < CHANNELS; c++) {
            float[] channel = new float[values.length / CHANNELS];
            for (int i = 0; i < channel.length; i++) {
                channel[i] = values[i * CHANNELS + c];
            }
            digits[c] = classifier.classify(Tensor.of(channel, images.axis(0), channel.length / images.axis(0)));
        }
        return of(digits[0], digits[1], digits[2]);
    }

    /** Classifies and counts the stacked digits that a generator makes from codes drawn from N(0, I). */
    public static StackedMnist of(Sequential generator, int count, long seed, MnistClassifier classifier) {
        return of(generator.sample(count, seed), classifier);
    }

    /** Counts classified digits. Each array has the digits of one channel, one per sample. */
    public static StackedMnist of(int[] first, int[] second, int[] third) {
        int samples = first.length;
        if (samples == 0 || second.length != samples || third.length != samples) {
            throw new IllegalArgumentException("each sample needs three digits, and at least one sample is needed; got "
                    + samples + ", " + second.length + " and " + third.length + " digits");
        }
        int[] counts = new int[MODES];
        for (int i = 0; i < samples; i++) {
            counts[(digit(first[i]) * CLASSES + digit(second[i])) * CLASSES + digit(third[i])]++;
        }
        double divergence = Arrays.stream(counts)
                .filter(count -> count > 0)
                .mapToDouble(count -> (double) count / samples)
                .map(share -> share * Math.log(share * MODES))
                .sum();
        int modes = (int) Arrays.stream(counts).filter(count -> count > 0).count();
        return new StackedMnist(modes, divergence, samples);
    }

    /**
     * A warning if there are fewer than 1,000 samples: then even a perfect generator shows few modes. Empty otherwise.
     */
    public String note() {
        if (samples >= MODES) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%,d samples cannot show 1,000 modes; a perfect generator would show about %.0f of them",
                samples,
                MODES * (1 - Math.pow(1 - 1.0 / MODES, samples)));
    }

    private static int digit(int value) {
        if (value < 0 || value >= CLASSES) {
            throw new IllegalArgumentException("a digit must be from 0 to 9; got " + value);
        }
        return value;
    }

    /** The modes and the divergence. */
    @Override
    public Table table() {
        return Readings.titled("stacked MNIST")
                .add("modes of 1,000", modes, note())
                .add("divergence from the uniform distribution", divergence)
                .add("samples", samples)
                .table();
    }

    @Override
    public String toString() {
        return String.format(
                        Locale.ROOT, "%d of 1,000 modes, divergence %.3f (%,d samples)", modes, divergence, samples)
                + (note().isEmpty() ? "" : "; " + note());
    }
}
