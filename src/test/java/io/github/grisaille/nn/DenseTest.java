package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
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

    /** As PyTorch's Linear, for 1 to 5 axes. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void onTheLastAxisItAgreesWithTorchAndWithFiniteDifferences(long seed) {
        RandomStream random = LayerChecks.choices(seed);
        int[] shape = new int[1 + (int) (seed % 5)];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = between(random, 1, 6);
        }
        int out = between(random, 1, 20);
        boolean bias = seed % 2 == 0;
        Dense layer = LayerChecks.randomized(dense(shape[shape.length - 1], out, bias), seed)
                .onLastAxis();
        Tensor x = Samples.normal(seed, shape);
        LayerChecks.agreesWithTorch(
                layer,
                x,
                true,
                (leaf, parameters) -> torch.linear(
                        leaf, parameters.get(0).permute(1, 0), Torch.optional(bias ? parameters.get(1) : null)));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, true);
    }

    /** It is the same product as for vectors, also with an activation and with a spectral norm. */
    @Test
    void onTheLastAxisEachRowIsAVector() {
        Tensor x = Samples.normal(1, 3, 4, 5, 6);
        Tensor rows = x.reshape(60, 6);
        Dense plain = LayerChecks.randomized(dense(6, 7), 2);
        assertThat(sequential(plain.onLastAxis(), relu()).predict(x).toArray())
                .containsExactly(sequential(plain, relu()).predict(rows).toArray());
        Tensor y = spectralNorm(plain.onLastAxis()).forward(x, LayerChecks.pass(x, false));
        assertThat(y.shape()).isEqualTo(Shape.of(3, 4, 5, 7));
        assertThat(y.toArray())
                .containsExactly(spectralNorm(plain)
                        .forward(rows, LayerChecks.pass(x, false))
                        .toArray());
    }

    /** The most common mistake: the message names both layers and the cure. */
    @Test
    void aMissingFlattenIsRefusedUnlessTheLastAxisIsMeant() {
        assertThatThrownBy(() -> sequential(conv2d(3, 8, 3, 1, 1), dense(8, 10)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "layer 1 Dense(8 → 10): got batch×height×width×8 from layer 0 Conv2d(3 → 8, 3×3, stride 1, padding"
                                + " 1), wanted batch×8; make one of the two fit the other, or put a layer such as flatten() or"
                                + " reshape(…) between them");
        Sequential meant = sequential(conv2d(3, 8, 3, 1, 1), dense(8, 10).onLastAxis(), relu());
        assertThat(meant.outputShape(Shape.of(2, 5, 5, 3))).isEqualTo(Shape.of(2, 5, 5, 10));
        assertThatThrownBy(() -> sequential(conv2d(3, 8, 3, 1, 1), dense(9, 10).onLastAxis()))
                .hasMessageContaining("got batch×height×width×8 from layer 0 ")
                .hasMessageContaining("wanted …×9; make one of the two fit");
        assertThatThrownBy(() -> sequential(dense(3, 8).onLastAxis(), conv2d(9, 1, 3, 1, 1)))
                .hasMessageContaining("got …×8 from layer 0 Dense(3 → 8, on the last axis)");
        assertThatThrownBy(() -> dense(3, 4).onLastAxis().outputShape(Shape.of(2, 3, 5)))
                .hasMessage("Dense(3 → 4, on the last axis): got 2×3×5, wanted …×3");
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
