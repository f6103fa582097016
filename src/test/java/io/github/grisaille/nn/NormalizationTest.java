package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.layerNorm;
import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** BatchNorm and LayerNorm. */
class NormalizationTest {
    static Stream<Long> seeds() {
        return LayerChecks.seeds(12);
    }

    private static Shape shape(long seed) {
        RandomStream random = LayerChecks.choices(seed);
        int channels = new int[] {1, 3, 17, 64}[(int) (seed % 4)];
        return seed % 2 == 0
                ? Shape.of(between(random, 2, 50), channels)
                : Shape.of(
                        seed == 1 ? 1 : between(random, 1, 4), between(random, 2, 7), between(random, 2, 7), channels);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void batchNormWhenTraining(long seed) {
        Shape shape = shape(seed);
        BatchNorm layer = LayerChecks.randomized(batchNorm(shape.axis(-1)), seed);
        Tensor x = Samples.normal(seed, shape);
        org.bytedeco.pytorch.Tensor mean = Torch.constant(layer.buffers().get(0).value());
        org.bytedeco.pytorch.Tensor variance =
                Torch.constant(layer.buffers().get(1).value());
        LayerChecks.agreesWithTorch(layer, x, true, (leaf, p) -> torchBatchNorm(leaf, p, mean, variance, true));
        assertClose("running mean", layer.buffers().get(0).value().toArray(), Torch.values(mean), x.size());
        assertClose("running variance", layer.buffers().get(1).value().toArray(), Torch.values(variance), x.size());
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        assertThatThrownBy(() -> LayerChecks.tangentMatchesFiniteDifferences(layer, x, true))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void batchNormWhenEvaluating(long seed) {
        Shape shape = shape(seed);
        BatchNorm layer = LayerChecks.randomized(batchNorm(shape.axis(-1)), seed);
        Tensor x = Samples.normal(seed, shape);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            layer.forward(Samples.normal(seed + 50, shape), pass);
        }
        float[] before = layer.buffers().get(0).value().toArray();
        LayerChecks.agreesWithTorch(
                layer,
                x,
                false,
                (leaf, p) -> torchBatchNorm(
                        leaf,
                        p,
                        Torch.constant(layer.buffers().get(0).value()),
                        Torch.constant(layer.buffers().get(1).value()),
                        false));
        LayerChecks.matchesFiniteDifferences(layer, x, false);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, false);
        assertThat(layer.buffers().get(0).value().toArray()).containsExactly(before);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void batchNormWithoutAffine(long seed) {
        Shape shape = shape(seed);
        BatchNorm layer = batchNorm(shape.axis(-1)).withoutAffine();
        assertThat(layer.parameters()).isEmpty();
        assertThat(layer.state()).containsOnlyKeys("running_mean", "running_var");
        Tensor x = Samples.normal(seed, shape);
        org.bytedeco.pytorch.Tensor mean = Torch.constant(layer.buffers().get(0).value());
        org.bytedeco.pytorch.Tensor variance =
                Torch.constant(layer.buffers().get(1).value());
        LayerChecks.agreesWithTorch(layer, x, true, (leaf, p) -> torchBatchNorm(leaf, p, mean, variance, true));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        org.bytedeco.pytorch.Tensor nowMean =
                Torch.constant(layer.buffers().get(0).value());
        org.bytedeco.pytorch.Tensor nowVariance =
                Torch.constant(layer.buffers().get(1).value());
        LayerChecks.agreesWithTorch(layer, x, false, (leaf, p) -> torchBatchNorm(leaf, p, nowMean, nowVariance, false));
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, false);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, false);
    }

    private static org.bytedeco.pytorch.Tensor torchBatchNorm(
            org.bytedeco.pytorch.Tensor x,
            List<org.bytedeco.pytorch.Tensor> p,
            org.bytedeco.pytorch.Tensor mean,
            org.bytedeco.pytorch.Tensor variance,
            boolean training) {
        boolean image = x.dim() == 4;
        org.bytedeco.pytorch.Tensor y = torch.batch_norm(
                image ? Torch.nchw(x) : x,
                Torch.optional(p.isEmpty() ? null : p.get(0)),
                Torch.optional(p.isEmpty() ? null : p.get(1)),
                Torch.optional(mean),
                Torch.optional(variance),
                training,
                0.1,
                1e-5,
                false);
        return image ? Torch.nhwc(y) : y;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void layerNormalization(long seed) {
        Shape shape = shape(seed).axis(-1) == 1 ? Shape.of(3, 7) : shape(seed);
        LayerNorm layer = LayerChecks.randomized(layerNorm(shape.item().toArray()), seed);
        Tensor x = Samples.normal(seed, shape);
        LayerChecks.agreesWithTorch(
                layer,
                x,
                true,
                (leaf, p) -> torch.layer_norm(
                        leaf,
                        Torch.longs(shape.item()),
                        Torch.optional(p.get(0)),
                        Torch.optional(p.get(1)),
                        1e-5,
                        false));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
    }

    /** Over the last axes of inputs with 2 to 5 axes, with and without gain and shift. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void layerNormalizationOfTheLastAxes(long seed) {
        RandomStream random = LayerChecks.choices(seed);
        int[] shape = new int[2 + (int) (seed % 4)];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = between(random, 1, 5);
        }
        shape[shape.length - 1] = between(random, 4, 9);
        int from = between(random, 1, shape.length - 1);
        int[] last = Arrays.copyOfRange(shape, from, shape.length);
        LayerNorm trained = LayerChecks.randomized(layerNorm(last), seed);
        Tensor x = Samples.normal(seed, shape);
        x.backend().scale(x, 4, x);
        for (LayerNorm layer : new LayerNorm[] {trained, trained.withoutAffine()}) {
            LayerChecks.agreesWithTorch(
                    layer,
                    x,
                    true,
                    (leaf, p) -> torch.layer_norm(
                            leaf,
                            Torch.longs(Shape.of(last)),
                            Torch.optional(p.isEmpty() ? null : p.get(0)),
                            Torch.optional(p.isEmpty() ? null : p.get(1)),
                            1e-5,
                            false));
            LayerChecks.matchesFiniteDifferences(layer, x, true);
            LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
            LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, true);
        }
    }

    /** Each of the two pixels has its own mean and variance. */
    @Test
    void layerNormOfPixelsByHand() {
        Tensor x = Tensor.of(new float[] {1, 5, 10, 30}, 1, 1, 2, 2);
        LayerNorm layer = layerNorm(2);
        layer.parameters().get(0).set(10, 1);
        layer.parameters().get(1).set(0, 7);
        assertClose("gained", predicted(layer, x), new float[] {-10, 8, -10, 8}, 10);
        assertClose("plain", predicted(layer.withoutAffine(), x), new float[] {-1, 1, -1, 1}, 10);
        assertThat(layer.withoutAffine().parameters()).isEmpty();
        assertThat(layer.withoutAffine().name()).isEqualTo("LayerNorm(2, no affine)");
        assertThat(batchNorm(3).withoutAffine().name()).isEqualTo("BatchNorm(3, no affine)");
    }

    private static float[] predicted(Layer layer, Tensor x) {
        try (Pass pass = Pass.evaluating(x.backend())) {
            return layer.forward(x, pass).toArray();
        }
    }

    @Test
    void batchNormByHand() {
        BatchNorm layer = batchNorm(1);
        layer.parameters().get(0).set(10);
        layer.parameters().get(1).set(5);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            // mean 3, variance 4: x̂ is −1 and 1, up to epsilon
            float[] y = layer.forward(Tensor.of(new float[] {1, 5}, 2, 1), pass).toArray();
            assertClose("y", y, new float[] {-5, 15}, 1000);
            // running mean 0.1 · 3; running variance 0.9 · 1 + 0.1 · 8, the unbiased variance
            assertThat(layer.buffers().get(0).value().item()).isEqualTo(0.3f);
            assertThat(layer.buffers().get(1).value().item()).isEqualTo(1.7f);
        }
    }

    @Test
    void aLargeMeanDoesNotSpoilTheVariance() {
        float[] values = new float[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = 10_000 + (i % 2 == 0 ? 1 : -1);
        }
        BatchNorm layer = batchNorm(1);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            float[] y = layer.forward(Tensor.of(values, 1000, 1), pass).toArray();
            assertThat(y[0]).isBetween(0.99f, 1.01f);
            assertThat(y[1]).isBetween(-1.01f, -0.99f);
        }
    }

    /** 48 equal values become 0 exactly; torch is off by 1e-4 there. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(floats = {3.7f, 1e4f, 1e-4f, -0.3f})
    void equalValuesBecomeZero(float value) {
        for (int items : new int[] {2, 48, 1000, 100_000}) {
            float[] values = new float[items * 3];
            Arrays.fill(values, value);
            BatchNorm layer = batchNorm(3);
            try (Pass pass = Pass.training(Backend.cpu(), 1)) {
                assertThat(layer.forward(Tensor.of(values, items, 3), pass).toArray())
                        .as("BatchNorm of " + items + " items")
                        .containsOnly(0);
                assertThat(layer.buffers().get(0).value().toArray()).containsOnly(0.1f * value);
                assertThat(layer.buffers().get(1).value().toArray()).containsOnly(0.9f);
                assertThat(layerNorm(items, 3)
                                .forward(Tensor.of(values, 1, items, 3), pass)
                                .toArray())
                        .as("LayerNorm of " + 3 * items + " values")
                        .containsOnly(0);
            }
        }
    }

    /** Values whose deviation is a ten-thousandth of their mean, against double precision. */
    @Test
    void nearlyEqualValuesAreAsInDoublePrecision() {
        int items = 5000;
        float[] values = Samples.normal(5, items, 1).toArray();
        double sum = 0;
        for (int i = 0; i < items; i++) {
            values[i] = 3.7f + 3.7e-4f * values[i];
            sum += values[i];
        }
        double squares = 0;
        for (float value : values) {
            squares += (value - sum / items) * (value - sum / items);
        }
        BatchNorm layer = batchNorm(1);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            float[] y = layer.forward(Tensor.of(values, items, 1), pass).toArray();
            for (int i = 0; i < items; i++) {
                double expected = (values[i] - sum / items) / Math.sqrt(squares / items + 1e-5);
                // the mean is a float: half its last place is 1.2e-7, over a deviation of 3.2e-3
                assertThat((double) y[i]).isCloseTo(expected, offset(4e-5));
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            assertThatThrownBy(() -> batchNorm(3).forward(Samples.normal(1, 1, 3), pass))
                    .hasMessageContaining("got 1×3, wanted at least 2 values per channel when training");
        }
        assertThatThrownBy(() -> batchNorm(3).outputShape(Shape.of(2, 4)))
                .hasMessage("BatchNorm(3): got 2×4, wanted batch×3 or batch×height×width×3");
        assertThatThrownBy(() -> layerNorm(3, 3, 1).outputShape(Shape.of(2, 9)))
                .hasMessage("LayerNorm(3×3×1): got 2×9, wanted batch×3×3×1 or batch×…×3×3×1");
        assertThatThrownBy(() -> layerNorm(3).outputShape(Shape.of(3)))
                .hasMessage("LayerNorm(3): got 3, wanted batch×3 or batch×…×3");
        assertThatThrownBy(() -> layerNorm(2, 3).withoutAffine().outputShape(Shape.of(2, 3)))
                .hasMessage("LayerNorm(2×3, no affine): got 2×3, wanted batch×2×3 or batch×…×2×3");
        assertThatThrownBy(Layers::layerNorm)
                .hasMessage("LayerNorm needs at least one axis to normalise; got none: write layerNorm(features)");
        assertThatThrownBy(() -> new BatchNorm(1, 0, 0.1f, Initializers.he()))
                .hasMessageContaining("epsilon must be above 0; got 0.0");
        assertThatThrownBy(() -> new BatchNorm(1, 1e-5f, 2, Initializers.he()))
                .hasMessageContaining("momentum must be from 0 to 1; got 2");
    }
}
