package io.github.grisaille.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The DCGAN's convolutions, at sizes that take the way of Winograd, against libtorch. */
class WinogradTest {
    private static final ConvGeometry GEOMETRY = ConvGeometry.square(4, 2, 1);

    private static Tensor uniform(JavaBackend backend, long seed, int... shape) {
        Tensor tensor = backend.empty(Shape.of(shape));
        backend.uniform(new RandomStream(seed, 0), -1, 1, tensor);
        return tensor;
    }

    private static JavaBackend backend(String kernels, int threads) {
        return new JavaBackend(threads, kernels.equals("plain") ? new PlainKernels() : Kernels.vector());
    }

    @ParameterizedTest
    @CsvSource({
        "vector, 50, 8, 12, 32, 48",
        "plain, 50, 8, 12, 32, 48",
        "vector, 9, 16, 20, 48, 32",
        "plain, 9, 16, 20, 48, 32",
        "vector, 13, 12, 12, 64, 80"
    })
    void agreesWithTorch(String kernels, int batch, int height, int width, int channels, int outChannels) {
        JavaBackend backend = backend(kernels, 2);
        assertThat(new Winograd(new WorkerPool(1), Kernels.vector())
                        .suits(
                                GEOMETRY,
                                new Convolution.Extents(
                                        batch, height, width, channels, height / 2, width / 2, outChannels)))
                .isTrue();
        Tensor image = uniform(backend, 1, batch, height, width, channels);
        Tensor weight = uniform(backend, 2, 4, 4, channels, outChannels);
        Tensor bias = uniform(backend, 3, outChannels);
        Tensor imageBias = uniform(backend, 4, channels);
        Tensor dOut = uniform(backend, 5, batch, height / 2, width / 2, outChannels);
        Tensor out = backend.empty(dOut.shape());
        Tensor dImage = backend.empty(image.shape());
        Tensor dWeight = backend.empty(weight.shape());
        backend.conv(image, weight, bias, GEOMETRY, out);
        backend.convTranspose(dOut, weight, imageBias, GEOMETRY, dImage);
        backend.fill(0.5f, dWeight);
        backend.convWeightGradient(image, dOut, GEOMETRY, true, dWeight);

        long[] stride = {2, 2};
        long[] padding = {1, 1};
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
        assertClose(out, Torch.values(Torch.nhwc(theirOut)), 16 * channels, 0);
        assertClose(dImage, Torch.values(Torch.nhwc(theirDImage)), 4 * outChannels, 0);
        assertClose(dWeight, Torch.values(theirWeight.grad()), batch * height * width / 4, 0.5f);
    }

    /**
     * The error grows with the root of a sum's length, since the terms' signs are random; a direct sum stays below a third
     * of this, Winograd's goes through values some times larger.
     */
    private static void assertClose(Tensor actual, float[] expected, int terms, float offset) {
        float[] values = actual.toArray();
        float tolerance = (float) (4e-6 * Math.sqrt(terms));
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i] - expected[i] - offset) <= tolerance)) {
                assertThat(values[i]).as("at " + i).isCloseTo(expected[i] + offset, within(tolerance));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "vector"})
    void theNumberOfThreadsChangesNoBit(String kernels) {
        List<float[]> results = new ArrayList<>();
        for (int threads : new int[] {1, 2, 3, 7}) {
            JavaBackend backend = backend(kernels, threads);
            Tensor image = uniform(backend, 1, 30, 16, 16, 32);
            Tensor weight = uniform(backend, 2, 4, 4, 32, 64);
            Tensor out = backend.empty(Shape.of(30, 8, 8, 64));
            Tensor dImage = backend.empty(image.shape());
            Tensor dWeight = backend.empty(weight.shape());
            backend.conv(image, weight, null, GEOMETRY, out);
            backend.convTranspose(out, weight, null, GEOMETRY, dImage);
            backend.convWeightGradient(image, out, GEOMETRY, false, dWeight);
            for (Tensor result : List.of(out, dImage, dWeight)) {
                results.add(result.toArray());
            }
        }
        for (int i = 3; i < results.size(); i++) {
            assertThat(Arrays.equals(results.get(i), results.get(i % 3))).isTrue();
        }
    }

    @Test
    void otherShapesGoTheDirectWay() {
        Winograd winograd = new Winograd(new WorkerPool(1), Kernels.vector());
        assertThat(winograd.suits(ConvGeometry.square(3, 2, 1), new Convolution.Extents(64, 8, 8, 64, 4, 4, 64)))
                .isFalse();
        assertThat(winograd.suits(GEOMETRY, new Convolution.Extents(64, 64, 64, 3, 32, 32, 64)))
                .isFalse();
        assertThat(winograd.suits(GEOMETRY, new Convolution.Extents(64, 6, 6, 64, 3, 3, 64)))
                .isFalse();
    }
}
