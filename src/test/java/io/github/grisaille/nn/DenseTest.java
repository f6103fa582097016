package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.Layers.dense;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DenseTest {
    static Stream<Long> seeds() {
        return LayerChecks.seeds(12);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTorchAndWithFiniteDifferences(long seed) {
        RandomStream random = LayerChecks.choices(seed);
        int batch = seed == 1 ? 1 : between(random, 1, 40);
        int in = seed == 2 ? 1 : between(random, 1, 130);
        int out = seed == 3 ? 1 : between(random, 1, 130);
        boolean bias = seed % 2 == 0;
        Dense layer = LayerChecks.randomized(dense(in, out, bias), seed);
        Tensor x = Samples.normal(seed, batch, in);
        LayerChecks.agreesWithTorch(
                layer,
                x,
                true,
                (leaf, parameters) -> torch.linear(
                        leaf, parameters.get(0).permute(1, 0), Torch.optional(bias ? parameters.get(1) : null)));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
    }

    @Test
    void byHand() {
        Dense layer = dense(2, 1);
        layer.parameters().get(0).set(3, 4);
        layer.parameters().get(1).set(5);
        try (Pass pass = Pass.training(layer.parameters().get(0).value().backend(), 1)) {
            Tensor y = layer.forward(Tensor.of(new float[] {1, 2, -1, 0}, 2, 2), pass);
            assertThat(y.toArray()).containsExactly(3 + 8 + 5, -3 + 5);
            Tensor dx = layer.backward(Tensor.of(new float[] {1, 10}, 2, 1), pass, Wanted.BOTH);
            assertThat(dx.toArray()).containsExactly(3, 4, 30, 40);
            assertThat(layer.parameters().get(0).gradient().toArray()).containsExactly(1 - 10, 2);
            assertThat(layer.parameters().get(1).gradient().toArray()).containsExactly(11);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> dense(0, 3)).hasMessage("Dense: in must be at least 1; got 0");
        assertThatThrownBy(() -> dense(3, 4).outputShape(Samples.normal(1, 2, 5).shape()))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Dense(3 → 4): got 2×5, wanted batch×3");
    }
}
