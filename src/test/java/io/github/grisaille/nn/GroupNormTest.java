package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.groupNorm;
import static io.github.grisaille.nn.Layers.instanceNorm;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** GroupNorm, also as InstanceNorm. */
class GroupNormTest {
    static Stream<Long> seeds() {
        return LayerChecks.seeds(12);
    }

    /** Images, vectors, and sequences with one axis between batch and channels. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTorchAndWithFiniteDifferences(long seed) {
        RandomStream random = LayerChecks.choices(seed);
        int groups = between(random, 1, 5);
        int width = seed % 3 == 0 ? 1 : between(random, 2, 5);
        int batch = between(random, 1, 4);
        int height = between(random, 2, 6);
        Shape shape = switch ((int) (seed % 4)) {
            case 0 -> Shape.of(batch, height, groups * width);
            case 1 -> Shape.of(batch, width == 1 ? height : 1, 1, groups * width);
            default -> Shape.of(batch, height, between(random, 2, 6), groups * width);
        };
        GroupNorm trained = LayerChecks.randomized(groupNorm(groups, groups * width), seed);
        Tensor x = Samples.normal(seed, shape);
        // with a larger standard deviation, the output is closer to linear in x
        x.backend().scale(x, 4, x);
        for (GroupNorm layer : new GroupNorm[] {trained, trained.withoutAffine()}) {
            LayerChecks.agreesWithTorch(
                    layer,
                    x,
                    true,
                    (leaf, p) -> torch.group_norm(
                                    leaf.transpose(1, -1),
                                    groups,
                                    Torch.optional(p.isEmpty() ? null : p.get(0)),
                                    Torch.optional(p.isEmpty() ? null : p.get(1)),
                                    1e-5,
                                    false)
                            .transpose(1, -1));
            LayerChecks.matchesFiniteDifferences(layer, x, true);
            LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
            LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, true);
        }
    }

    /**
     * libtorch has an operator of its own for this. For a single item in this layout its gradient is wrong: it differs from
     * its group_norm and from finite differences.
     */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void instanceNormAgreesWithTorch(long seed) {
        RandomStream random = LayerChecks.choices(seed);
        int channels = between(random, 1, 20);
        Tensor x = Samples.normal(seed, between(random, 2, 4), between(random, 2, 7), between(random, 2, 7), channels);
        GroupNorm layer = LayerChecks.randomized(instanceNorm(channels), seed);
        LayerChecks.agreesWithTorch(
                layer,
                x,
                true,
                (leaf, p) -> Torch.nhwc(torch.instance_norm(
                        Torch.nchw(leaf),
                        Torch.optional(p.get(0)),
                        Torch.optional(p.get(1)),
                        Torch.optional(null),
                        Torch.optional(null),
                        true,
                        0.1,
                        1e-5,
                        false)));
    }

    /** Two groups of two channels, and two pixels: the values of a group lie apart. */
    @Test
    void byHand() {
        Tensor x = Tensor.of(new float[] {0, 2, 10, 30, 2, 0, 30, 10}, 1, 2, 1, 4);
        GroupNorm layer = groupNorm(2, 4);
        layer.parameters().get(0).set(1, 10, 1, 1);
        layer.parameters().get(1).set(0, 0, 5, 0);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            // means 1 and 20, deviations 1 and 10
            assertClose("y", layer.forward(x, pass).toArray(), new float[] {-1, 10, 4, 1, 1, -10, 6, -1}, 200);
        }
        try (Pass pass = Pass.evaluating(Backend.cpu())) {
            assertClose(
                    "each channel",
                    instanceNorm(4).withoutAffine().forward(x, pass).toArray(),
                    new float[] {-1, 1, -1, 1, 1, -1, 1, -1},
                    200);
        }
    }

    @Test
    void itSaysWhatItIs() {
        assertThat(groupNorm(2, 6).name()).isEqualTo("GroupNorm(2 groups of 3)");
        assertThat(instanceNorm(6).withoutAffine().name()).isEqualTo("InstanceNorm(6, no affine)");
        assertThat(instanceNorm(6).state()).containsOnlyKeys("gain", "shift");
        assertThat(instanceNorm(6).withoutAffine().state()).isEmpty();
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> groupNorm(4, 6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "GroupNorm: the number of channels must be a multiple of the number of groups; got 6 channels"
                                + " and 4 groups");
        assertThatThrownBy(() -> groupNorm(0, 6)).hasMessage("GroupNorm: groups must be at least 1; got 0");
        assertThatThrownBy(() -> groupNorm(2, 6).outputShape(Shape.of(2, 5, 5, 3)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("GroupNorm(2 groups of 3): got 2×5×5×3, wanted batch×…×6");
        assertThatThrownBy(() -> sequential(conv2d(1, 8, 3, 1, 1), instanceNorm(4)))
                .hasMessageContaining("InstanceNorm(4): got batch×height×width×8 from layer 0 Conv2d");
        assertThatThrownBy(() -> instanceNorm(4).checkTrainingInput(Shape.of(8, 1, 1, 4)))
                .hasMessage("InstanceNorm(4): got 8×1×1×4, wanted at least 2 values in each group of an item (one value"
                        + " would always become 0)");
    }
}
