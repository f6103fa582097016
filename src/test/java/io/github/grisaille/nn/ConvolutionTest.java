package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Conv2d and ConvTranspose2d, which are each other's transpose. */
class ConvolutionTest {
    /** A geometry and channels; each seed below 12 forces an unusual case. */
    private record Case(ConvGeometry g, int batch, int height, int width, int in, int out, boolean bias) {
        static Case of(long seed) {
            RandomStream random = LayerChecks.choices(seed);
            int kernelHeight = between(random, 1, 5);
            int kernelWidth = between(random, 1, 5);
            int strideHeight = between(random, 1, 3);
            int strideWidth = between(random, 1, 3);
            if (seed == 1) { // the DCGAN's
                kernelHeight = kernelWidth = 4;
                strideHeight = strideWidth = 2;
            } else if (seed == 2) { // stride over kernel
                kernelHeight = 2;
                kernelWidth = 1;
                strideHeight = 3;
                strideWidth = 4;
            } else if (seed == 3) { // pointwise
                kernelHeight = kernelWidth = strideHeight = strideWidth = 1;
            }
            int padHeight = seed == 1 ? 1 : between(random, 0, kernelHeight - 1);
            int padWidth = seed == 1 ? 1 : between(random, 0, kernelWidth - 1);
            int batch = seed % 4 == 0 ? 1 : between(random, 1, 4);
            int[] channels = {1, 3, 17, 8, 2, 33};
            return new Case(
                    new ConvGeometry(kernelHeight, kernelWidth, strideHeight, strideWidth, padHeight, padWidth),
                    batch,
                    between(random, 5, 11),
                    between(random, 5, 11),
                    channels[(int) (seed % 6)],
                    channels[(int) (seed * 5 / 2 % 6)],
                    seed % 2 == 0);
        }

        long[] stride() {
            return new long[] {g.strideHeight(), g.strideWidth()};
        }

        long[] padding() {
            return new long[] {g.padHeight(), g.padWidth()};
        }
    }

    static Stream<Long> seeds() {
        return LayerChecks.seeds(24);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void convolutionAgreesWithTorchAndWithFiniteDifferences(long seed) {
        Case c = Case.of(seed);
        Conv2d layer = LayerChecks.randomized(new Conv2d(c.in, c.out, c.g, c.bias, Initializers.he()), seed);
        Tensor x = Samples.normal(seed, c.batch, c.height, c.width, c.in);
        LayerChecks.agreesWithTorch(
                layer,
                x,
                true,
                (leaf, p) -> Torch.nhwc(torch.conv2d(
                        Torch.nchw(leaf),
                        Torch.kernel(p.get(0)),
                        Torch.optional(c.bias ? p.get(1) : null),
                        c.stride(),
                        c.padding(),
                        new long[] {1, 1},
                        1)));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void transposedConvolutionAgreesWithTorchAndWithFiniteDifferences(long seed) {
        Case c = Case.of(seed);
        int outputPadding = (int) (seed % Math.min(c.g.strideHeight(), c.g.strideWidth()));
        ConvTranspose2d layer = LayerChecks.randomized(
                new ConvTranspose2d(c.in, c.out, c.g, outputPadding, c.bias, Initializers.he()), seed);
        Tensor x = Samples.normal(seed, c.batch, c.height, c.width, c.in);
        LayerChecks.agreesWithTorch(
                layer,
                x,
                true,
                (leaf, p) -> Torch.nhwc(torch.conv_transpose2d(
                        Torch.nchw(leaf),
                        Torch.kernel(p.get(0)),
                        Torch.optional(c.bias ? p.get(1) : null),
                        c.stride(),
                        c.padding(),
                        new long[] {outputPadding, outputPadding},
                        1,
                        1,
                        1)));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
    }

    @Test
    void convolutionByHand() {
        Conv2d layer = conv2d(1, 1, 2, 1, 0);
        layer.parameters().get(0).set(1, 10, 100, 1000);
        layer.parameters().get(1).set(0.5f);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3, 1);
            assertThat(layer.forward(x, pass).toArray())
                    .containsExactly(1 + 20 + 400 + 5000 + 0.5f, 2 + 30 + 500 + 6000 + 0.5f);
            Tensor dx = layer.backward(Tensor.of(new float[] {1, 2}, 1, 1, 2, 1), pass, Wanted.BOTH);
            assertThat(dx.toArray()).containsExactly(1, 10 + 2, 20, 100, 1000 + 200, 2000);
            assertThat(layer.parameters().get(0).gradient().toArray())
                    .containsExactly(1 + 2 * 2, 2 + 2 * 3, 4 + 2 * 5, 5 + 2 * 6);
            assertThat(layer.parameters().get(1).gradient().toArray()).containsExactly(3);
        }
    }

    @Test
    void transposedConvolutionStampsItsKernel() {
        ConvTranspose2d layer = convTranspose2d(1, 1, 2, 2, 0, false);
        layer.parameters().get(0).set(1, 2, 3, 4);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            Tensor y = layer.forward(Tensor.of(new float[] {1, 10}, 1, 1, 2, 1), pass);
            assertThat(y.shape().toArray()).containsExactly(1, 2, 4, 1);
            assertThat(y.toArray()).containsExactly(1, 2, 10, 20, 3, 4, 30, 40);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> conv2d(3, 8, 4, 2, 1)
                        .outputShape(Samples.normal(1, 2, 8, 8, 1).shape()))
                .hasMessage("Conv2d(3 → 8, 4×4, stride 2, padding 1): got 2×8×8×1, wanted batch×height×width×3");
        assertThatThrownBy(() -> conv2d(1, 8, 5, 1, 0)
                        .outputShape(Samples.normal(1, 2, 4, 4, 1).shape()))
                .hasMessageContaining("wanted images that, with their padding, are at least as large as the kernel");
        assertThatThrownBy(() -> conv2d(1, 1, 3, 0, 1)).hasMessageContaining("a stride must be at least 1");
        assertThatThrownBy(() -> conv2d(1, 1, 3, 1, -1)).hasMessageContaining("a padding must be at least 0");
        assertThatThrownBy(() -> new ConvTranspose2d(1, 1, ConvGeometry.square(4, 2, 1), 2, true, Initializers.he()))
                .hasMessageContaining("output padding must be at least 0 and less than the stride; got 2");
        assertThatThrownBy(() -> convTranspose2d(1, 1, 1, 1, 2)
                        .outputShape(Samples.normal(1, 1, 2, 2, 1).shape()))
                .isInstanceOf(ShapeMismatchException.class);
    }

    @Test
    void outputPaddingChoosesAmongTheSizesThatConvolveToOne() {
        ConvTranspose2d layer = new ConvTranspose2d(1, 1, ConvGeometry.square(3, 2, 1), 1, true, Initializers.he());
        assertThat(Arrays.toString(
                        layer.outputShape(Samples.normal(1, 1, 4, 4, 1).shape()).toArray()))
                .isEqualTo("[1, 8, 8, 1]");
    }
}
