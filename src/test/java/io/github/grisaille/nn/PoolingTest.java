package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.Layers.avgPool2d;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.Stream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** MaxPool2d and AvgPool2d. */
class PoolingTest {
    static Stream<Long> seeds() {
        return LayerChecks.seeds(12);
    }

    private static ConvGeometry window(long seed) {
        RandomStream random = LayerChecks.choices(seed);
        int height = between(random, 1, 4);
        int width = between(random, 1, 4);
        return new ConvGeometry(
                height,
                width,
                between(random, 1, 4),
                between(random, 1, 4),
                between(random, 0, height / 2),
                between(random, 0, width / 2));
    }

    private static Tensor images(long seed) {
        RandomStream random = LayerChecks.choices(seed + 100);
        return Samples.apart(
                seed,
                Shape.of(between(random, 1, 3), between(random, 4, 9), between(random, 4, 9), between(random, 1, 5)));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void maxPool(long seed) {
        ConvGeometry g = window(seed);
        MaxPool2d layer = new MaxPool2d(g);
        Tensor x = images(seed);
        LayerChecks.agreesWithTorch(
                layer,
                x,
                true,
                (leaf, none) -> Torch.nhwc(torch.max_pool2d(
                        Torch.nchw(leaf),
                        new long[] {g.kernelHeight(), g.kernelWidth()},
                        new long[] {g.strideHeight(), g.strideWidth()},
                        new long[] {g.padHeight(), g.padWidth()},
                        new long[] {1, 1},
                        false)));
    }

    @Test
    void maxPoolMatchesFiniteDifferences() {
        // these values are so far apart that the finite differences do not change their order
        float[] values = Samples.apart(3, Shape.of(2, 4, 6, 2)).toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] *= 100;
        }
        LayerChecks.matchesFiniteDifferences(maxPool2d(2), Tensor.of(values, 2, 4, 6, 2), true);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void averagePool(long seed) {
        ConvGeometry g = window(seed);
        AvgPool2d layer = new AvgPool2d(g);
        Tensor x = images(seed);
        LayerChecks.agreesWithTorch(
                layer,
                x,
                true,
                (leaf, none) -> Torch.nhwc(torch.avg_pool2d(
                        Torch.nchw(leaf),
                        new long[] {g.kernelHeight(), g.kernelWidth()},
                        new long[] {g.strideHeight(), g.strideWidth()},
                        new long[] {g.padHeight(), g.padWidth()},
                        false,
                        true,
                        new LongOptional())));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
    }

    @Test
    void theFirstMaximumWinsATie() {
        MaxPool2d layer = maxPool2d(2);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            Tensor x = Tensor.of(new float[] {1, 7, 7, 7, 3, 3, 3, 3}, 1, 2, 4, 1);
            assertThat(layer.forward(x, pass).toArray()).containsExactly(7, 7);
            Tensor dx = layer.backward(Tensor.of(new float[] {10, 20}, 1, 1, 2, 1), pass, Wanted.INPUT);
            assertThat(dx.toArray()).containsExactly(0, 10, 20, 0, 0, 0, 0, 0);
        }
    }

    @Test
    void averageByHand() {
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            AvgPool2d layer = avgPool2d(2);
            Tensor y = layer.forward(Tensor.of(new float[] {1, 2, 3, 6}, 1, 2, 2, 1), pass);
            assertThat(y.toArray()).containsExactly(3);
            assertThat(layer.backward(Tensor.of(new float[] {8}, 1, 1, 1, 1), pass, Wanted.INPUT)
                            .toArray())
                    .containsExactly(2, 2, 2, 2);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> new MaxPool2d(ConvGeometry.square(2, 2, 2)))
                .hasMessageContaining("the padding of a pooling window must be smaller than the window");
        assertThatThrownBy(() -> maxPool2d(4).outputShape(Shape.of(1, 3, 8, 1)))
                .hasMessageContaining(
                        "got 1×3×8×1, wanted images that, with their padding, are at least as large as the window");
        assertThatThrownBy(() -> new AvgPool2d(ConvGeometry.square(2, 2, 0).dilation(2)))
                .hasMessage("a pooling window has no dilation, groups or output padding; got 2×2, stride 2, padding 0,"
                        + " dilation 2: leave them out");
        Tensor x = Samples.normal(1, 1, 4, 4, 2);
        Tensor y = Samples.normal(2, 1, 2, 2, 2);
        assertThatThrownBy(() -> Backend.cpu()
                        .averagePool(x, ConvGeometry.square(2, 2, 0).groups(2), y))
                .hasMessageContaining("averagePool: a window of a pooling has no dilation, groups or output padding");
    }
}
