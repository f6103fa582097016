package io.github.grisaille.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ActivationLayerTest {
    static Stream<Arguments> activations() {
        Scalar one = new Scalar(1.0);
        return Stream.of(
                arguments(Layers.relu(), torch::relu),
                arguments(Layers.leakyRelu(0.2f), x -> torch.leaky_relu(x, new Scalar(0.2))),
                arguments(Layers.elu(0.7f), x -> torch.elu(x, new Scalar(0.7), one, one)),
                arguments(Layers.tanh(), torch::tanh),
                arguments(Layers.sigmoid(), torch::sigmoid),
                arguments(Layers.softplus(), torch::softplus));
    }

    private static Arguments arguments(Layer layer, UnaryOperator<org.bytedeco.pytorch.Tensor> reference) {
        return Arguments.of(layer.name(), layer, reference);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("activations")
    void agreesWithTorchAndWithFiniteDifferences(
            String name, Layer layer, UnaryOperator<org.bytedeco.pytorch.Tensor> reference) {
        Tensor x = Samples.apart(7, Shape.of(3, 5, 4, 7));
        LayerChecks.agreesWithTorch(layer, x, true, (leaf, none) -> reference.apply(leaf));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("activations")
    void farOutAgreesToo(String name, Layer layer, UnaryOperator<org.bytedeco.pytorch.Tensor> reference) {
        Tensor x = Tensor.of(new float[] {-200, -88, -30, -1e-6f, 1e-6f, 30, 88, 200}, 1, 8);
        LayerChecks.agreesWithTorch(layer, x, true, (leaf, none) -> reference.apply(leaf));
    }

    @Test
    void byHand() {
        Tensor x = Tensor.of(new float[] {-2, 0, 3}, 1, 3);
        Tensor dy = Tensor.of(new float[] {1, 1, 1}, 1, 3);
        Layer layer = Layers.leakyRelu(0.5f);
        try (Pass pass = Pass.evaluating(x.backend())) {
            assertThat(layer.forward(x, pass).toArray()).containsExactly(-1, 0, 3);
            assertThat(layer.backward(dy, pass, Wanted.INPUT).toArray()).containsExactly(0.5f, 0.5f, 1);
        }
    }
}
