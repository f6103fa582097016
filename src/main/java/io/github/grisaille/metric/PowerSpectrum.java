package io.github.grisaille.metric;

import io.github.grisaille.plot.Figures;
import io.github.grisaille.plot.Plot;
import io.github.grisaille.plot.Showable;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/**
 * The power spectrum of pictures: the mean power of their rows and columns at each frequency. A pattern that repeats
 * every two pixels gives a peak at the highest frequency, such as the checkerboard artefacts of transposed convolutions
 * (Odena et al. 2016). A pattern that repeats every four pixels gives a peak at half of the highest frequency.
 */
public final class PowerSpectrum implements Showable {
    private final double[] power;

    private PowerSpectrum(double[] power) {
        this.power = power;
    }

    /**
     * The spectrum of square pictures: the mean over all pictures, channels, rows and columns. The mean of each row and
     * column is subtracted first.
     *
     * @param images (batch, side, side, channels); the side is a power of 2, at least 4
     */
    public static PowerSpectrum of(Tensor images) {
        int side = images.shape().rank() == 4 ? images.axis(1) : 0;
        if (side < 4 || side != images.axis(2) || Integer.bitCount(side) != 1) {
            throw new IllegalArgumentException(
                    "a spectrum needs square pictures, (batch, side, side, channels), whose side is a power of"
                            + " 2, at least 4;"
                            + " got " + images.shape() + ": crop or resize them");
        }
        int channels = images.axis(3);
        Items.of(images, "pictures");
        float[] values = images.toArray();
        int item = side * side * channels;
        double[] sum = new double[side / 2 + 1];
        FastFourierTransformer fourier = new FastFourierTransformer(DftNormalization.STANDARD);
        for (int picture = 0; picture < images.axis(0); picture++) {
            for (int channel = 0; channel < channels; channel++) {
                int first = picture * item + channel;
                for (int line = 0; line < side; line++) {
                    add(line(values, first + line * side * channels, channels, side), fourier, sum);
                    add(line(values, first + line * channels, side * channels, side), fourier, sum);
                }
            }
        }
        double lines = 2.0 * images.axis(0) * channels * side;
        return new PowerSpectrum(
                IntStream.range(0, sum.length).mapToDouble(i -> sum[i] / lines).toArray());
    }

    private static double[] line(float[] values, int from, int stride, int length) {
        double[] line = new double[length];
        double mean = 0;
        for (int i = 0; i < length; i++) {
            line[i] = values[from + i * stride];
            mean += line[i] / length;
        }
        for (int i = 0; i < length; i++) {
            line[i] -= mean;
        }
        return line;
    }

    /** Adds the power of one line. A positive frequency and its negative have the same power, and both count. */
    private static void add(double[] line, FastFourierTransformer fourier, double[] sum) {
        Complex[] waves = fourier.transform(line, TransformType.FORWARD);
        double all = (double) line.length * line.length;
        for (int i = 0; i < sum.length; i++) {
            double amplitude = waves[i].abs();
            int times = i == 0 || 2 * i == line.length ? 1 : 2;
            sum[i] += times * amplitude * amplitude / all;
        }
    }

    /** The frequencies, in waves per side: 0, 1, … side/2. */
    public double[] frequencies() {
        return IntStream.range(0, power.length).asDoubleStream().toArray();
    }

    /** The power at each frequency, in squared pixel values. Their sum is the mean variance of a row or column. */
    public double[] power() {
        return power.clone();
    }

    /** The power against the frequency. The power at frequency 0 is left out: the mean of each line was subtracted. */
    public Plot plot() {
        int last = power.length - 1;
        double[] waves = Arrays.copyOfRange(frequencies(), 1, last + 1);
        return Figures.logCurves("power spectrum", "waves per side", "power", waves)
                .line("power", Arrays.copyOfRange(power, 1, last + 1));
    }

    @Override
    public String toHtml() {
        return plot().toHtml();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "power at %d frequencies, checkerboard %.2f", power.length, checkerboard());
    }

    /**
     * The power at the highest frequency relative to the next lower one: about 1 for pictures without a checkerboard.
     * It is NaN for pictures of one colour each, which have no power at any frequency.
     */
    public double checkerboard() {
        int last = power.length - 1;
        return 2 * power[last] / power[last - 1];
    }
}
