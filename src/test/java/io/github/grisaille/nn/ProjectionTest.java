package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.LayerChecks.choices;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.globalSum;
import static io.github.grisaille.nn.Layers.projection;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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

class ProjectionTest {
    static Stream<Long> seeds() {
        return LayerChecks.seeds(10);
    }

    private static void checkDerivatives(Layer layer, Tensor x, boolean training) {
        LayerChecks.matchesFiniteDifferences(layer, x, training);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, training);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, training);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTorchAndWithFiniteDifferences(long seed) {
        RandomStream random = choices(seed);
        int classes = between(random, 1, 8);
        int width = between(random, 1, 30);
        Tensor x = Samples.normal(seed, between(random, 1, 9), width);
        Tensor labels = Labelled.probabilities(seed, x.axis(0), classes);
        Layer layer = new Labelled(LayerChecks.randomized(projection(classes, width), seed), labels);
        LayerChecks.agreesWithTorch(layer, x, true, (leaf, p) -> {
            org.bytedeco.pytorch.Tensor fit =
                    Torch.constant(labels).mm(p.get(2)).mul(leaf);
            return torch.linear(leaf, p.get(0).t(), Torch.optional(p.get(1)))
                    .add(fit.sum(new long[] {1}, true, Torch.none()));
        });
        checkDerivatives(layer, x, true);
    }

    /** D(x, y) of a whole discriminator, which R1 and WGAN-GP differentiate twice. */
    @Test
    void penaltiesGoThroughAProjectionDiscriminator() {
        Sequential network = sequential(conv2d(2, 3, 3, 1, 1), tanh(), globalSum(), projection(4, 3));
        network.initialize(Initializers.normal(0.3f), 3);
        Layer layer = new Labelled(network, Labelled.probabilities(1, 5, 4));
        checkDerivatives(layer, Samples.normal(1, 5, 4, 4, 2), true);
    }

    /** σ depends on the weights, and u and v are held constant: after power iteration has converged, this is the slope. */
    @Test
    void spectralNormHoldsBothMaps() {
        Projection layer = spectralNorm(projection(4, 6));
        layer.parameters().get(0).set(3, 0, 0, 4, 0, 0);
        Tensor labels = Tensor.of(new float[] {1, 0, 0, 0, 0, 1, 0, 0}, 2, 4);
        Tensor x = Samples.normal(1, 2, 6);
        for (int i = 0; i < 300; i++) {
            try (Pass pass = Pass.training(Backend.cpu(), 1).labels(labels)) {
                layer.forward(x, pass);
            }
        }
        // ψ is divided by its norm of 5
        float[] zero = new float[24];
        float[] table = layer.parameters().get(2).value().toArray();
        layer.parameters().get(2).set(zero);
        layer.parameters().get(1).set(0);
        float[] values = x.toArray();
        float score = sequential(layer).predict(x, labels).toArray()[1];
        assertThat(score).isCloseTo(0.6f * values[6] + 0.8f * values[9], within(1e-4f));
        layer.parameters().get(2).set(table);
        LayerChecks.matchesFiniteDifferences(new Labelled(layer, labels), x, true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(new Labelled(layer, labels), x, true);
        assertThat(layer.name()).isEqualTo("SpectralNorm(Projection(4 classes, 6 features))");
        assertThat(layer.state().keySet())
                .containsExactly(
                        "score.weight",
                        "score.bias",
                        "score.singular vector",
                        "embedding.weight",
                        "embedding.singular vector");
        assertThatThrownBy(() -> spectralNorm(layer)).hasMessageContaining("has spectral normalisation already");
    }

    @Test
    void byHand() {
        Projection layer = projection(2, 2);
        layer.parameters().get(0).set(1, 2);
        layer.parameters().get(1).set(0.5f);
        layer.parameters().get(2).set(3, 4, 5, 6);
        Tensor x = Tensor.of(new float[] {1, 10, 1, 10}, 2, 2);
        Tensor labels = Tensor.of(new float[] {1, 0, 0, 1}, 2, 2);
        try (Pass pass = Pass.training(Backend.cpu(), 1).labels(labels)) {
            // 1 + 20 + 0.5, and 3 + 40 or 5 + 60
            assertThat(layer.forward(x, pass).toArray()).containsExactly(64.5f, 86.5f);
            assertThat(layer.backward(Tensor.of(new float[] {1, 2}, 2, 1), pass, Wanted.BOTH)
                            .toArray())
                    .containsExactly(4, 6, 12, 16);
            assertThat(layer.parameters().get(2).gradient().toArray()).containsExactly(1, 10, 2, 20);
        }
    }

    @Test
    void misuseIsRefused() {
        assertThatThrownBy(() -> sequential(dense(3, 4), projection(2, 5)))
                .hasMessageContaining("Projection(2 classes, 5 features): got batch×4");
        assertThatThrownBy(() -> projection(2, 5).outputShape(Shape.of(2, 4))).hasMessageContaining("wanted batch×5");
        assertThatThrownBy(() -> sequential(projection(2, 5)).predict(Samples.normal(1, 2, 5)))
                .hasMessageContaining("needs labels of 2 classes, and this pass has none");
        assertThatThrownBy(() -> projection(0, 5)).hasMessageContaining("classes must be at least 1; got 0");
        assertThatThrownBy(() -> projection(2, 0)).hasMessageContaining("width must be at least 1; got 0");
    }
}
