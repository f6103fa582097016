package io.github.grisaille.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Winograd convolutions agree with libtorch, at the shapes of the DCGAN and others that suit them. */
class WinogradTest {
    private static Tensor uniform(JavaBackend backend, long seed, int... shape) {
        Tensor tensor = backend.empty(Shape.of(shape));
        backend.uniform(new RandomStream(seed, 0), -1, 1, tensor);
        return tensor;
    }

    private static JavaBackend backend(String kernels, int threads) {
        return new JavaBackend(threads, loops(kernels));
    }

    private static InnerLoops loops(String kernels) {
        return kernels.equals("plain") ? new PlainInnerLoops() : LoopChoice.vector();
    }

    private static Winograd winograd(String form, int threads, String kernels) {
        WorkerPool pool = new WorkerPool(threads);
        InnerLoops loops = loops(kernels);
        return switch (form) {
            case "largeTiles" -> Winograd.largeTiles(pool, loops);
            case "smallTiles" -> Winograd.smallTiles(pool, loops);
            default -> Winograd.ofFive(pool, loops);
        };
    }

    private static ConvGeometry geometry(String form) {
        return form.equals("ofFive") ? ConvGeometry.square(5, 1, 2) : ConvGeometry.square(4, 2, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "smallTiles, vector, 50, 8, 12, 32, 48",
        "smallTiles, plain, 50, 8, 12, 32, 48",
        "smallTiles, vector, 9, 16, 20, 48, 32",
        "smallTiles, plain, 9, 16, 20, 48, 32",
        "smallTiles, vector, 13, 12, 12, 64, 80",
        "largeTiles, vector, 50, 16, 16, 32, 48",
        "largeTiles, plain, 50, 16, 16, 32, 48",
        "largeTiles, vector, 33, 24, 16, 64, 80",
        "largeTiles, vector, 200, 8, 8, 256, 32",
        "ofFive, vector, 9, 14, 14, 32, 64",
        "ofFive, plain, 9, 14, 14, 32, 64",
        "ofFive, vector, 21, 6, 10, 80, 48",
        "ofFive, vector, 5, 20, 28, 64, 32"
    })
    void agreesWithTorch(String form, String kernels, int batch, int height, int width, int channels, int outChannels) {
        ConvGeometry g = geometry(form);
        int s = g.strideHeight();
        var e = new Extents(batch, height, width, channels, height / s, width / s, outChannels);
        Winograd winograd = winograd(form, 2, kernels);
        assertThat(winograd.suits(g, e)).isTrue();
        JavaBackend backend = backend(kernels, 2);
        Tensor image = uniform(backend, 1, batch, height, width, channels);
        Tensor weight = uniform(backend, 2, g.kernelHeight(), g.kernelWidth(), channels, outChannels);
        Tensor bias = uniform(backend, 3, outChannels);
        Tensor imageBias = uniform(backend, 4, channels);
        Tensor dOut = uniform(backend, 5, batch, height / s, width / s, outChannels);
        float[] out = new float[dOut.size()];
        float[] dImage = new float[image.size()];
        float[] dWeight = new float[weight.size()];
        Arrays.fill(dWeight, 0.5f);
        var f = new Activation(Activation.Kind.LEAKY_RELU, 0.5f);
        InnerLoops loops = loops(kernels);
        var epilogue = new EpilogueLoop(bias.toArray(), f, loops);
        var imageEpilogue = new EpilogueLoop(imageBias.toArray(), f, loops);
        winograd.forward(image.toArray(), weight.toArray(), epilogue, g, e, out);
        winograd.transpose(dOut.toArray(), weight.toArray(), imageEpilogue, g, e, dImage);
        winograd.weightGradient(image.toArray(), dOut.toArray(), g, e, true, dWeight);

        long[] stride = {s, s};
        long[] padding = {g.padHeight(), g.padWidth()};
        var theirImage = Torch.constant(image);
        var theirWeight = Torch.leaf(weight);
        var theirOut = torch.conv2d(
                Torch.nchw(theirImage),
                Torch.kernel(theirWeight),
                Torch.optional(Torch.constant(bias)),
                stride,
                padding,
                new long[] {1, 1},
                1);
        Torch.nhwc(theirOut).mul(Torch.constant(dOut)).sum().backward();
        var theirDImage = torch.conv_transpose2d(
                Torch.nchw(Torch.constant(dOut)),
                Torch.kernel(Torch.constant(weight)),
                Torch.optional(Torch.constant(imageBias)),
                stride,
                padding,
                new long[] {0, 0},
                1,
                1,
                1);
        int taps = g.kernelHeight() * g.kernelWidth();
        Scalar slope = new Scalar(f.slope());
        var theirActivated = torch.leaky_relu(Torch.nhwc(theirOut), slope);
        var theirActivatedImage = torch.leaky_relu(Torch.nhwc(theirDImage), slope);
        assertClose(form, out, Torch.values(theirActivated), taps * channels, 0);
        assertClose(form, dImage, Torch.values(theirActivatedImage), taps / (s * s) * outChannels, 0);
        assertClose(form, dWeight, Torch.values(Torch.gradient(theirWeight)), batch * e.outPixels(), 0.5f);
    }

    /**
     * The error grows with the root of a sum's length, because the signs of the terms are random. The error of a direct
     * sum stays below 1.3e-6 times that root. Winograd's sums go through values that are some times larger, because of
     * the entries of the matrices.
     */
    private static void assertClose(String form, float[] values, float[] expected, int terms, float offset) {
        double error = form.equals("smallTiles") ? 4e-6 : 4e-5;
        double typicalError = form.equals("smallTiles") ? 4e-7 : 2e-6;
        double worst = 0;
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            double difference = Math.abs(values[i] - expected[i] - offset);
            worst = difference <= worst ? worst : difference;
            squares += difference * difference;
        }
        assertThat(worst / Math.sqrt(terms)).as("largest error").isLessThan(error);
        assertThat(Math.sqrt(squares / values.length / terms))
                .as("typical error")
                .isLessThan(typicalError);
    }

    @ParameterizedTest
    @CsvSource({
        "smallTiles, plain",
        "smallTiles, vector",
        "largeTiles, plain",
        "largeTiles, vector",
        "ofFive, plain",
        "ofFive, vector"
    })
    void theNumberOfThreadsChangesNoBit(String form, String kernels) {
        ConvGeometry g = geometry(form);
        int side = 16 / g.strideHeight();
        var e = new Extents(50, 16, 16, 32, side, side, 64);
        JavaBackend backend = backend(kernels, 1);
        float[] image = uniform(backend, 1, 50, 16, 16, 32).toArray();
        float[] weight =
                uniform(backend, 2, g.kernelHeight(), g.kernelWidth(), 32, 64).toArray();
        List<float[]> results = new ArrayList<>();
        for (int threads : new int[] {1, 2, 3, 7}) {
            Winograd winograd = winograd(form, threads, kernels);
            assertThat(winograd.suits(g, e)).isTrue();
            float[] out = new float[50 * side * side * 64];
            float[] dImage = new float[image.length];
            float[] dWeight = new float[weight.length];
            winograd.forward(image, weight, EpilogueLoop.NONE, g, e, out);
            winograd.transpose(out, weight, EpilogueLoop.NONE, g, e, dImage);
            winograd.weightGradient(image, out, g, e, false, dWeight);
            results.addAll(List.of(out, dImage, dWeight));
        }
        for (int i = 3; i < results.size(); i++) {
            assertThat(Arrays.equals(results.get(i), results.get(i % 3))).isTrue();
        }
    }

    @Test
    void otherShapesDoNotSuitWinograd() {
        Winograd winograd = winograd("smallTiles", 1, "vector");
        assertThat(winograd.suits(ConvGeometry.square(3, 2, 1), new Extents(64, 8, 8, 64, 4, 4, 64)))
                .isFalse();
        assertThat(winograd.suits(geometry("smallTiles"), new Extents(64, 64, 64, 3, 32, 32, 64)))
                .isFalse();
        assertThat(winograd.suits(geometry("smallTiles"), new Extents(64, 6, 6, 64, 3, 3, 64)))
                .isFalse();
    }
}
