package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.LayerChecks.choices;
import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conditionalBatchNorm;
import static io.github.grisaille.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConditionalBatchNormTest {
    static Stream<Long> seeds() {
        return LayerChecks.seeds(10);
    }

    private static Shape shape(long seed, RandomStream random) {
        return seed % 2 == 0
                ? Shape.of(between(random, 3, 20), between(random, 1, 17))
                : Shape.of(between(random, 2, 6), between(random, 2, 5), between(random, 2, 5), between(random, 1, 17));
    }

    /** The formula of the paper: normalise, then take gain and shift from the tables. */
    private static org.bytedeco.pytorch.Tensor torchLayer(
            org.bytedeco.pytorch.Tensor x,
            List<org.bytedeco.pytorch.Tensor> tables,
            org.bytedeco.pytorch.Tensor labels,
            Layer layer,
            boolean training) {
        boolean image = x.dim() == 4;
        org.bytedeco.pytorch.Tensor y = torch.batch_norm(
                image ? Torch.nchw(x) : x,
                Torch.optional(null),
                Torch.optional(null),
                Torch.optional(Torch.constant(layer.buffers().get(0).value())),
                Torch.optional(Torch.constant(layer.buffers().get(1).value())),
                training,
                0.1,
                1e-5,
                false);
        org.bytedeco.pytorch.Tensor gains = labels.mm(tables.get(0));
        org.bytedeco.pytorch.Tensor shifts = labels.mm(tables.get(1));
        if (!image) {
            return y.mul(gains).add(shifts);
        }
        long[] repeated = {x.size(0), 1, 1, x.size(3)};
        return Torch.nhwc(y).mul(gains.reshape(repeated)).add(shifts.reshape(repeated));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTorchAndWithFiniteDifferences(long seed) {
        RandomStream random = choices(seed);
        Tensor x = Samples.normal(seed, shape(seed, random));
        int classes = between(random, 1, 6);
        Tensor labels = Labelled.probabilities(seed, x.axis(0), classes);
        ConditionalBatchNorm inner = conditionalBatchNorm(x.axis(-1), classes);
        Layer layer = new Labelled(LayerChecks.randomized(inner, seed), labels);
        for (boolean training : new boolean[] {true, false}) {
            LayerChecks.agreesWithTorch(
                    layer, x, training, (leaf, p) -> torchLayer(leaf, p, Torch.constant(labels), inner, training));
            LayerChecks.matchesFiniteDifferences(layer, x, training);
        }
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, false);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, false);
    }

    @Test
    void byHand() {
        ConditionalBatchNorm layer = conditionalBatchNorm(1, 2);
        layer.parameters().get(0).set(10, 100);
        layer.parameters().get(1).set(5, 7);
        Tensor labels = Tensor.of(new float[] {1, 0, 0, 1}, 2, 2);
        try (Pass pass = Pass.training(Backend.cpu(), 1).labels(labels)) {
            // mean 3, variance 4: x̂ is −1 and 1, up to epsilon
            float[] y = layer.forward(Tensor.of(new float[] {1, 5}, 2, 1), pass).toArray();
            assertThat(y[0]).isCloseTo(-5, within(1e-3f));
            assertThat(y[1]).isCloseTo(107, within(1e-3f));
            layer.backward(Tensor.of(new float[] {2, 3}, 2, 1), pass, Wanted.PARAMETERS);
            assertThat(layer.parameters().get(0).gradient().toArray()[0]).isCloseTo(-2, within(1e-4f));
            assertThat(layer.parameters().get(0).gradient().toArray()[1]).isCloseTo(3, within(1e-4f));
            assertThat(layer.parameters().get(1).gradient().toArray()).containsExactly(2, 3);
        }
    }

    @Test
    void aNewLayerIsABatchNormForEveryLabel() {
        Tensor x = Samples.normal(1, 5, 3, 3, 4);
        ConditionalBatchNorm layer = conditionalBatchNorm(4, 3);
        BatchNorm plain = batchNorm(4);
        try (Pass pass = Pass.training(Backend.cpu(), 1).labels(Samples.normal(1, 5, 3))) {
            pass.labels(Tensor.of(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0}, 5, 3));
            assertThat(layer.forward(x, pass).toArray())
                    .containsExactly(plain.forward(x, pass).toArray());
        }
        for (int i = 0; i < 2; i++) {
            assertThat(layer.buffers().get(i).value().toArray())
                    .containsExactly(plain.buffers().get(i).value().toArray());
        }
        assertThat(layer.state().keySet()).containsExactly("gain", "shift", "running_mean", "running_var");
    }

    @Test
    void misuseIsRefused() {
        ConditionalBatchNorm layer = conditionalBatchNorm(4, 3);
        assertThat(layer.classes()).isEqualTo(3);
        assertThatThrownBy(() -> layer.outputShape(Shape.of(2, 5)))
                .hasMessage("ConditionalBatchNorm(4, 3 classes): got 2×5, wanted batch×4 or batch×height×width×4");
        assertThatThrownBy(() -> layer.checkTrainingInput(Shape.of(1, 4)))
                .hasMessageContaining("at least 2 values per channel when training");
        assertThatThrownBy(() -> sequential(layer).predict(Samples.normal(1, 2, 4)))
                .hasMessageContaining("needs labels of 3 classes, and this pass has none");
        assertThatThrownBy(() -> conditionalBatchNorm(0, 3)).hasMessageContaining("channels must be at least 1; got 0");
        assertThatThrownBy(() -> conditionalBatchNorm(3, 0)).hasMessageContaining("classes must be at least 1; got 0");
        Tensor x = Samples.normal(1, 2, 4);
        try (Pass pass = Pass.training(Backend.cpu(), 1).labels(Labelled.probabilities(1, 2, 3))) {
            layer.forward(x, pass);
            assertThatThrownBy(() -> layer.tangent(x, pass)).hasMessageContaining("has no tangent in training mode");
        }
    }
}
