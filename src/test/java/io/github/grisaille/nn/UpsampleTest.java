package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.Layers.upsample;
import static io.github.grisaille.nn.Layers.upsampleBilinear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.Stream;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Upsample and UpsampleBilinear. */
class UpsampleTest {
    static Stream<Long> seeds() {
        return LayerChecks.seeds(16);
    }

    /** Images of any size, of one pixel as well. */
    private static Tensor images(long seed) {
        RandomStream random = LayerChecks.choices(seed + 100);
        return Samples.normal(
                seed, between(random, 1, 3), between(random, 1, 6), between(random, 1, 6), between(random, 1, 5));
    }

    /** Factors for height and width. */
    private static int[] factors(long seed) {
        RandomStream random = LayerChecks.choices(seed);
        return new int[] {between(random, 1, 5), between(random, 1, 5)};
    }

    private static long[] enlarged(Tensor x, int[] factors) {
        return new long[] {(long) x.axis(1) * factors[0], (long) x.axis(2) * factors[1]};
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nearestAgreesWithTorchAndWithFiniteDifferences(long seed) {
        int[] factors = factors(seed);
        Upsample layer = seed % 3 == 0 ? upsample(factors[1] = factors[0]) : upsample(factors[0], factors[1]);
        Tensor x = images(seed);
        LayerChecks.agreesWithTorch(
                layer,
                x,
                true,
                (leaf, none) -> Torch.nhwc(torch.upsample_nearest2d(Torch.nchw(leaf), enlarged(x, factors))));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, true);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bilinearAgreesWithTorchAndWithFiniteDifferences(long seed) {
        int[] factors = factors(seed);
        boolean alignCorners = seed % 2 == 0;
        UpsampleBilinear half = upsampleBilinear(factors[0], factors[1]);
        UpsampleBilinear layer = alignCorners ? half.alignCorners() : half;
        Tensor x = images(seed);
        LayerChecks.agreesWithTorch(
                layer,
                x,
                true,
                (leaf, none) -> Torch.nhwc(torch.upsample_bilinear2d(
                        Torch.nchw(leaf),
                        enlarged(x, factors),
                        alignCorners,
                        new DoubleOptional(),
                        new DoubleOptional())));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, true);
    }

    private static float[] forward(Layer layer, Tensor x) {
        try (Pass pass = Pass.evaluating(Backend.cpu())) {
            return layer.forward(x, pass).toArray();
        }
    }

    private static float[] backward(Layer layer, Tensor x, Tensor dy) {
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            layer.forward(x, pass);
            return layer.backward(dy, pass, Wanted.INPUT).toArray();
        }
    }

    @Test
    void nearestByHand() {
        Tensor x = Tensor.of(new float[] {1, 2}, 1, 1, 2, 1);
        assertThat(forward(upsample(2), x)).containsExactly(1, 1, 2, 2, 1, 1, 2, 2);
        assertThat(forward(upsample(1, 3), x)).containsExactly(1, 1, 1, 2, 2, 2);
        Tensor dy = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 1, 2, 4, 1);
        assertThat(backward(upsample(2), x, dy)).containsExactly(1 + 2 + 5 + 6, 3 + 4 + 7 + 8);
    }

    /**
     * The four columns have their centres at −¼, ¼, ¾ and 1¼ of the input. So they are 4, a quarter of the way to 8,
     * three quarters of the way, and 8.
     */
    @Test
    void bilinearByHand() {
        Tensor x = Tensor.of(new float[] {4, 8}, 1, 1, 2, 1);
        assertThat(forward(upsampleBilinear(1, 2), x)).containsExactly(4, 5, 7, 8);
        Tensor dy = Tensor.of(new float[] {100, 4, 8, 1000}, 1, 1, 4, 1);
        assertThat(backward(upsampleBilinear(1, 2), x, dy)).containsExactly(100 + 3 + 2, 1 + 6 + 1000);
    }

    /** With aligned corners, the four columns are equal steps from the first pixel to the last. */
    @Test
    void alignedCornersByHand() {
        Tensor x = Tensor.of(new float[] {3, 9}, 1, 1, 2, 1);
        assertThat(forward(upsampleBilinear(1, 2).alignCorners(), x)).containsExactly(3, 5, 7, 9);
        Tensor dy = Tensor.of(new float[] {100, 3, 6, 1000}, 1, 1, 4, 1);
        assertThat(backward(upsampleBilinear(1, 2).alignCorners(), x, dy)).containsExactly(100 + 2 + 2, 1 + 4 + 1000);
    }

    @Test
    void bilinearKeepsAPlane() {
        float[] plane = new float[4 * 5];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = 2 * (i / 5) + 3 * (i % 5);
        }
        float[] y = forward(upsampleBilinear(3), Tensor.of(plane, 1, 4, 5, 1));
        for (int row = 1; row < 11; row++) {
            for (int column = 1; column < 14; column++) {
                float expected = 2 * (row - 1) / 3f + 3 * (column - 1) / 3f;
                assertThat(y[row * 15 + column]).isEqualTo(expected, org.assertj.core.api.Assertions.within(1e-5f));
            }
        }
    }

    @Test
    void namesSayTheFactors() {
        assertThat(upsample(2).name()).isEqualTo("Upsample(×2)");
        assertThat(upsample(2, 3).name()).isEqualTo("Upsample(height ×2, width ×3)");
        assertThat(upsampleBilinear(2).name()).isEqualTo("UpsampleBilinear(×2)");
        assertThat(upsampleBilinear(1, 2).alignCorners().name())
                .isEqualTo("UpsampleBilinear(height ×1, width ×2, aligned corners)");
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> upsample(0)).hasMessage("Upsample: factor for the height must be at least 1; got 0");
        assertThatThrownBy(() -> upsampleBilinear(2, -1))
                .hasMessage("UpsampleBilinear: factor for the width must be at least 1; got -1");
        assertThatThrownBy(() -> upsample(2).outputShape(Shape.of(1, 3)))
                .hasMessage("Upsample(×2): got 1×3, wanted batch×height×width×channels");
        assertThatThrownBy(() -> upsampleBilinear(2).outputShape(Shape.of(1, 3)))
                .hasMessage("UpsampleBilinear(×2): got 1×3, wanted batch×height×width×channels");
        Tensor x = Samples.normal(1, 1, 2, 3, 1);
        assertThatThrownBy(() -> backward(upsampleBilinear(2), x, Samples.normal(1, 1, 4, 5, 1)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("wanted 1×4×6×1");
        assertThatThrownBy(() -> Backend.cpu().upsampleBilinear(x, false, Samples.normal(1, 1, 4, 5, 1)))
                .hasMessage("upsampleBilinear needs images whose height and width grow by whole factors; got 1×2×3×1"
                        + " and 1×4×5×1");
    }
}
