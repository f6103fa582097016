package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.Layers.concat;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.Stream;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConcatTest {
    static Stream<Long> seeds() {
        return LayerChecks.seeds(6);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTorchAndWithFiniteDifferences(long seed) {
        RandomStream random = LayerChecks.choices(seed);
        int in = between(random, 1, 30);
        int first = between(random, 1, 20);
        int second = between(random, 1, 20);
        Concat layer = LayerChecks.randomized(concat(dense(in, first), dense(in, second)), seed);
        Tensor x = Samples.normal(seed, between(random, 1, 17), in);
        LayerChecks.agreesWithTorch(
                layer,
                x,
                true,
                (leaf, p) -> torch.cat(
                        new TensorVector(
                                torch.linear(leaf, p.get(0).t(), Torch.optional(p.get(1))),
                                torch.linear(leaf, p.get(2).t(), Torch.optional(p.get(3)))),
                        1));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(
                concat(
                        sequential(dense(in, first), tanh()).initialize(Initializers.normal(0.2f), seed),
                        dense(in, second)),
                x,
                true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, true);
    }

    /** Layers that return their input share memory with it and with each other. */
    @Test
    void layersThatReturnTheirInput() {
        Concat layer = concat(dropout(0.5f), sequential(dropout(0.5f)));
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        try (Pass pass = Pass.evaluating(Backend.cpu())) {
            assertThat(layer.forward(x, pass).toArray()).containsExactly(1, 2, 1, 2, 3, 4, 3, 4);
            Tensor dy = Tensor.of(new float[] {1, 2, 10, 20, 3, 4, 30, 40}, 2, 4);
            assertThat(layer.backward(dy, pass, Wanted.INPUT).toArray()).containsExactly(11, 22, 33, 44);
            assertThat(dy.toArray()).containsExactly(1, 2, 10, 20, 3, 4, 30, 40);
        }
        assertThat(x.toArray()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aLayerMayStandOnBothSides() {
        Dense shared = dense(1, 1);
        shared.parameters().get(0).set(3);
        Concat layer = concat(shared, shared);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            assertThat(layer.forward(Tensor.of(new float[] {2}, 1, 1), pass).toArray())
                    .containsExactly(6, 6);
            layer.backward(Tensor.of(new float[] {1, 10}, 1, 2), pass, Wanted.PARAMETERS);
            assertThat(shared.parameters().get(0).gradient().toArray()).containsExactly(22);
        }
    }

    @Test
    void namesItsStateByPlace() {
        assertThat(sequential(dense(2, 3), concat(dense(3, 1), sequential(relu(), dense(3, 2))))
                        .state()
                        .keySet())
                .containsExactly("0.weight", "0.bias", "1.0.weight", "1.0.bias", "1.1.1.weight", "1.1.1.bias");
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(Layers::concat).hasMessage("a Concat needs at least one layer");
        assertThatThrownBy(() ->
                        concat(conv2d(1, 2, 3, 1, 1), conv2d(1, 2, 3, 1, 0)).outputShape(Shape.of(1, 5, 5, 1)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("got 1×3×3×2, wanted 1×5×5×2 except for the last axis");
    }
}
