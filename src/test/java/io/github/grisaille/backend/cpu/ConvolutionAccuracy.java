package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.List;
import java.util.Random;

/**
 * Measures how much the convolutions of the DCGAN and of the NumPy GAN round, by a Winograd form and directly. Images,
 * weights and gradients are normal, with mean 0.
 */
public final class ConvolutionAccuracy {
    /**
     * A convolution that suits a form.
     *
     * @param form which form computes it
     * @param network where it is used
     */
    record Subject(WinogradForm form, String network, ConvGeometry geometry, Extents extents) {
        /** The same convolution of another batch. */
        Subject batch(int items) {
            Extents e = extents;
            return new Subject(
                    form,
                    network,
                    geometry,
                    new Extents(
                            items, e.height(), e.width(), e.channels(), e.outHeight(), e.outWidth(), e.outChannels()));
        }

        @Override
        public String toString() {
            Extents e = extents;
            return "%s, batch %d, %d×%d×%d and %d×%d×%d"
                    .formatted(
                            network,
                            e.batch(),
                            e.height(),
                            e.width(),
                            e.channels(),
                            e.outHeight(),
                            e.outWidth(),
                            e.outChannels());
        }
    }

    /** The largest and the mean absolute error, as parts of the root of the mean square of the exact values. */
    public record Errors(double largest, double mean) {
        static Errors of(float[] values, double[] exact) {
            double largest = 0;
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < values.length; i++) {
                double error = Math.abs(values[i] - exact[i]);
                largest = error <= largest ? largest : error;
                sum += error;
                squares += exact[i] * exact[i];
            }
            double scale = Math.sqrt(squares / values.length);
            return new Errors(largest / scale, sum / values.length / scale);
        }
    }

    /** The errors of one of the three computations of a convolution. */
    public record Line(String form, String subject, String computation, Errors direct, Errors winograd) {}

    private static final ConvGeometry HALVING = ConvGeometry.square(4, 2, 1);

    /** The sizes of a batch in the networks. */
    static final List<Subject> SUBJECTS = List.of(
            new Subject(WinogradForm.F4_2, "DCGAN", HALVING, new Extents(64, 32, 32, 64, 16, 16, 128)),
            new Subject(WinogradForm.F4_2, "DCGAN", HALVING, new Extents(64, 16, 16, 128, 8, 8, 256)),
            new Subject(WinogradForm.F2_2, "DCGAN", HALVING, new Extents(64, 8, 8, 256, 4, 4, 512)),
            new Subject(
                    WinogradForm.F2_5,
                    "NumPy GAN",
                    ConvGeometry.square(5, 1, 2),
                    new Extents(64, 14, 14, 32, 14, 14, 64)));

    private ConvolutionAccuracy() {}

    /** Measures all convolutions, with the loops that this JVM chooses. */
    public static List<Line> measure() {
        InnerLoops loops = LoopChoice.best();
        return SUBJECTS.stream()
                .flatMap(subject -> measure(subject, loops).stream())
                .toList();
    }

    static List<Line> measure(Subject subject, InnerLoops loops) {
        ConvGeometry g = subject.geometry;
        Extents e = subject.extents;
        WorkerPool pool = new WorkerPool(2);
        Convolution direct = new Convolution(pool, loops);
        Winograd winograd = switch (subject.form) {
            case F4_2 -> Winograd.largeTiles(pool, loops);
            case F2_2 -> Winograd.smallTiles(pool, loops);
            case F2_5 -> Winograd.ofFive(pool, loops);
        };
        if (!winograd.suits(g, e)) {
            throw new IllegalArgumentException(subject + " does not suit " + subject.form);
        }
        Random random = new Random(21);
        float[] image = normal(random, e.batch() * e.imageFloats());
        float[] weight = normal(random, g.taps() * e.channels() * e.outChannels());
        float[] out = normal(random, e.batch() * e.outFloats());
        DoubleConvolution reference = new DoubleConvolution(g, e);

        float[] outs = new float[out.length];
        double[] exact = reference.forward(image, weight);
        direct.direct(image, weight, EpilogueLoop.NONE, g, e, outs);
        Errors directForward = Errors.of(outs, exact);
        winograd.forward(image, weight, EpilogueLoop.NONE, g, e, outs);
        Errors forward = Errors.of(outs, exact);

        float[] images = new float[image.length];
        exact = reference.transpose(out, weight);
        direct.transposeByPhases(out, weight, EpilogueLoop.NONE, g, e, images);
        Errors directTransposed = Errors.of(images, exact);
        winograd.transpose(out, weight, EpilogueLoop.NONE, g, e, images);
        Errors transposed = Errors.of(images, exact);

        float[] gradient = new float[weight.length];
        exact = reference.weightGradient(image, out);
        direct.directWeightGradient(image, out, g, e, false, gradient);
        Errors directGradient = Errors.of(gradient, exact);
        winograd.weightGradient(image, out, g, e, false, gradient);
        Errors ofGradient = Errors.of(gradient, exact);

        String form = "F(%d, %d)".formatted(subject.form.outputs(), subject.form.taps());
        return List.of(
                new Line(form, subject.toString(), "forward", directForward, forward),
                new Line(form, subject.toString(), "transposed", directTransposed, transposed),
                new Line(form, subject.toString(), "weight gradient", directGradient, ofGradient));
    }

    private static float[] normal(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
