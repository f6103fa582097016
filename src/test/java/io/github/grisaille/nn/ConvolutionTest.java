package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
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

        long[] dilation() {
            return new long[] {g.dilationHeight(), g.dilationWidth()};
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

    /** Geometries with groups, dilation and output padding. Seeds that divide by 4 are depthwise. */
    private static Case groupedAndDilated(long seed) {
        RandomStream random = LayerChecks.choices(seed + 1000);
        int groups = seed % 4 == 0 ? between(random, 2, 19) : between(random, 1, 4);
        int in = seed % 4 == 0 ? groups : groups * between(random, 1, 5);
        int out = seed % 8 == 0 ? groups : groups * between(random, 1, 5);
        ConvGeometry g = ConvGeometry.kernel(between(random, 1, 4), between(random, 1, 4))
                .stride(between(random, 1, 3), between(random, 1, 3))
                .dilation(between(random, 1, 3), between(random, 1, 3))
                .groups(groups);
        g = g.padding(between(random, 0, g.spanHeight() / 2), between(random, 0, g.spanWidth() / 2));
        return new Case(
                g,
                between(random, 1, 3),
                g.spanHeight() + between(random, 0, 5),
                g.spanWidth() + between(random, 0, 5),
                in,
                out,
                seed % 2 == 0);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void groupsAndDilationAgreeWithTorchAndWithFiniteDifferences(long seed) {
        Case c = groupedAndDilated(seed);
        Conv2d layer = LayerChecks.randomized(conv2d(c.in, c.out, c.g, c.bias), seed);
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
                        c.dilation(),
                        c.g.groups())));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, true);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void transposedGroupsAndDilationAgreeWithTorchAndWithFiniteDifferences(long seed) {
        Case c = groupedAndDilated(seed);
        RandomStream random = LayerChecks.choices(seed + 2000);
        ConvGeometry g = c.g.outputPadding(
                between(random, 0, Math.max(c.g.strideHeight(), c.g.dilationHeight()) - 1),
                between(random, 0, Math.max(c.g.strideWidth(), c.g.dilationWidth()) - 1));
        ConvTranspose2d layer = LayerChecks.randomized(convTranspose2d(c.in, c.out, g, c.bias), seed);
        Tensor x = Samples.normal(seed, c.batch, c.height, c.width, c.in);
        LayerChecks.agreesWithTorch(
                layer,
                x,
                true,
                (leaf, p) -> Torch.nhwc(torch.conv_transpose2d(
                        Torch.nchw(leaf),
                        Torch.kernel(p.get(0)).contiguous(),
                        Torch.optional(c.bias ? p.get(1) : null),
                        c.stride(),
                        c.padding(),
                        new long[] {
                            g.outputPadding().height(), g.outputPadding().width()
                        },
                        g.groups(),
                        c.dilation())));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, true);
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

    /** The taps are two pixels apart, so the two outputs see 1 and 3, and 2 and 4. */
    @Test
    void dilationByHand() {
        Conv2d layer = conv2d(1, 1, ConvGeometry.kernel(1, 2).dilation(1, 2), false);
        layer.parameters().get(0).set(1, 10);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 1, 1, 4, 1);
            assertThat(layer.forward(x, pass).toArray()).containsExactly(1 + 30, 2 + 40);
            Tensor dx = layer.backward(Tensor.of(new float[] {1, 2}, 1, 1, 2, 1), pass, Wanted.BOTH);
            assertThat(dx.toArray()).containsExactly(1, 2, 10, 20);
            assertThat(layer.parameters().get(0).gradient().toArray()).containsExactly(1 + 2 * 2, 3 + 2 * 4);
        }
    }

    /** Two groups of two channels. Each makes one channel of the output, and does not see the other group. */
    @Test
    void groupsByHand() {
        Conv2d layer = conv2d(4, 2, ConvGeometry.kernel(1, 1).groups(2), false);
        // the first row is for the first channel of each group
        layer.parameters().get(0).set(1, 100, 10, 1000);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 1, 1, 1, 4);
            assertThat(layer.forward(x, pass).toArray()).containsExactly(1 + 20, 300 + 4000);
            Tensor dx = layer.backward(Tensor.of(new float[] {1, 2}, 1, 1, 1, 2), pass, Wanted.BOTH);
            assertThat(dx.toArray()).containsExactly(1, 10, 200, 2000);
            assertThat(layer.parameters().get(0).gradient().toArray()).containsExactly(1, 2 * 3, 2, 2 * 4);
        }
    }

    /** Each channel has its own kernel, and the kernels are stamped two pixels apart. */
    @Test
    void transposedGroupsByHand() {
        ConvTranspose2d layer =
                convTranspose2d(2, 2, ConvGeometry.kernel(1, 2).stride(2).groups(2), false);
        layer.parameters().get(0).set(1, 3, 2, 4);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            Tensor y = layer.forward(Tensor.of(new float[] {1, 10, 5, 50}, 1, 1, 2, 2), pass);
            assertThat(y.shape().toArray()).containsExactly(1, 1, 4, 2);
            assertThat(y.toArray()).containsExactly(1, 30, 2, 40, 5, 150, 10, 200);
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
                .hasMessageContaining("an output padding must be less than the stride or the dilation; got 2");
        assertThatThrownBy(() -> conv2d(6, 8, ConvGeometry.square(3, 1, 1).groups(4)))
                .hasMessage("Conv2d: the number of groups must divide the channels in and out; got 4 groups for 6 → 8"
                        + " channels");
        assertThatThrownBy(
                        () -> convTranspose2d(4, 6, ConvGeometry.square(3, 1, 1).groups(4)))
                .hasMessageContaining("ConvTranspose2d: the number of groups must divide the channels in and out");
        assertThatThrownBy(() -> conv2d(1, 1, ConvGeometry.square(3, 2, 1).outputPadding(1)))
                .hasMessage("Conv2d: only a transposed convolution has an output padding; got 3×3, stride 2, padding 1,"
                        + " output padding 1: leave the output padding out");
        assertThatThrownBy(() -> conv2d(1, 1, ConvGeometry.square(3, 1, 0).dilation(3))
                        .outputShape(Samples.normal(1, 1, 6, 6, 1).shape()))
                .isInstanceOf(ShapeMismatchException.class);
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
        ConvTranspose2d wider =
                convTranspose2d(1, 1, ConvGeometry.square(3, 2, 1).outputPadding(0, 1));
        assertThat(wider.outputShape(Shape.of(1, 4, 4, 1))).isEqualTo(Shape.of(1, 7, 8, 1));
    }

    @Test
    void namesSayGroupsDilationAndOutputPadding() {
        ConvGeometry g = ConvGeometry.square(3, 2, 1);
        assertThat(conv2d(4, 8, g.dilation(2).groups(4), false).name())
                .isEqualTo("Conv2d(4 → 8, 3×3, stride 2, padding 1, dilation 2, groups 4, no bias)");
        assertThat(new ConvTranspose2d(4, 8, g, 1, true, Initializers.he()).name())
                .isEqualTo("ConvTranspose2d(4 → 8, 3×3, stride 2, padding 1, output padding 1)");
        assertThat(sequential(conv2d(4, 8, g.groups(4))).summary(8, 8, 4).toString())
                .isEqualTo("Conv2d(4 → 8, 3×3, stride 2, padding 1, groups 4): 4×4×8, 80 parameters\ntotal: 80"
                        + " parameters");
    }
}
