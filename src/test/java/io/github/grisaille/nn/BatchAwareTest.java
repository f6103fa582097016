package io.github.grisaille.nn;

import static io.github.grisaille.nn.Layers.columns;
import static io.github.grisaille.nn.Layers.minibatchDeviation;
import static io.github.grisaille.nn.Layers.minibatchDiscrimination;
import static io.github.grisaille.nn.Layers.pack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MinibatchDiscrimination, MinibatchDeviation, Pack and ColumnSlice. */
class BatchAwareTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void minibatchDiscriminationAgreesWithTorchAndWithFiniteDifferences(long seed) {
        int in = (int) seed + 1;
        int kernels = (int) seed;
        int width = seed == 2 ? 1 : 3;
        MinibatchDiscrimination layer = minibatchDiscrimination(in, kernels, width);
        layer.parameters().get(0).set(scaled(Samples.normal(seed, in, kernels * width), 0.5f));
        Tensor x = Samples.normal(seed + 9, seed == 1 ? 1 : 7, in);
        LayerChecks.agreesWithTorch(layer, x, true, (leaf, p) -> {
            org.bytedeco.pytorch.Tensor m = leaf.mm(p.get(0)).reshape(-1, kernels, width);
            org.bytedeco.pytorch.Tensor near = m.unsqueeze(0)
                    .sub(m.unsqueeze(1))
                    .abs()
                    .sum(3)
                    .neg()
                    .exp()
                    .sum(0)
                    .sub(new Scalar(1.0));
            return torch.cat(new TensorVector(leaf, near), 1);
        });
    }

    private static float[] scaled(Tensor x, float factor) {
        x.backend().scale(x, factor, x);
        return x.toArray();
    }

    @Test
    void minibatchDiscriminationMatchesFiniteDifferencesOffItsKinks() {
        MinibatchDiscrimination layer = minibatchDiscrimination(2, 1, 1);
        layer.parameters().get(0).set(0.5f, 0.25f);
        // projections 0.5, 1.5 and 3 are far from each other, so |a − b| has no kink near
        Tensor x = Tensor.of(new float[] {1, 0, 2, 2, 5, 2}, 3, 2);
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        try (Pass pass = Pass.training(x.backend(), 1)) {
            float[] y = layer.forward(x, pass).toArray();
            assertThat(y[2]).isCloseTo((float) (Math.exp(-1) + Math.exp(-2.5)), within(1e-6f));
            assertThat(y[5]).isCloseTo((float) (Math.exp(-1) + Math.exp(-1.5)), within(1e-6f));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void minibatchDeviationAgreesWithTorchAndWithFiniteDifferences(long seed) {
        Shape shape = seed % 2 == 0 ? Shape.of(5, 7) : Shape.of(3, 4, 2, (int) seed);
        Tensor x = Samples.normal(seed, shape);
        LayerChecks.agreesWithTorch(minibatchDeviation(), x, true, (leaf, none) -> {
            org.bytedeco.pytorch.Tensor flat = leaf.flatten(1, -1);
            org.bytedeco.pytorch.Tensor deviation = flat.sub(flat.mean(new long[] {0}, true, Torch.none()))
                    .pow(new Scalar(2.0))
                    .mean(new long[] {0}, false, Torch.none())
                    .add(new Scalar(1e-8))
                    .sqrt()
                    .mean();
            long[] column = Torch.longs(shape);
            column[column.length - 1] = 1;
            return torch.cat(new TensorVector(leaf, deviation.expand(column)), shape.rank() - 1);
        });
        LayerChecks.matchesFiniteDifferences(minibatchDeviation(), x, true);
    }

    @Test
    void minibatchDeviationByHand() {
        Tensor x = Tensor.of(new float[] {0, 1, 2, 1}, 2, 2);
        try (Pass pass = Pass.training(x.backend(), 1)) {
            // deviations 1 and 0 (√ε = 0.0001), on average ½
            float[] y = minibatchDeviation().forward(x, pass).toArray();
            assertThat(y[2]).isCloseTo(0.5f, within(1e-4f));
            assertThat(y[5]).isEqualTo(y[2]);
        }
    }

    @Test
    void packsLieSideBySide() {
        Tensor vectors = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2);
        Tensor images = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2, 1);
        try (Pass pass = Pass.training(vectors.backend(), 1)) {
            Tensor y = pack(2).forward(vectors, pass);
            assertThat(y.shape()).isEqualTo(Shape.of(2, 4));
            assertThat(y.toArray()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
            Tensor both = pack(2).forward(images, pass);
            assertThat(both.shape()).isEqualTo(Shape.of(1, 2, 2, 2));
            assertThat(both.toArray()).containsExactly(1, 5, 2, 6, 3, 7, 4, 8);
        }
        assertThatThrownBy(() -> pack(3).outputShape(Shape.of(4, 2)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Pack(3): got 4×2, wanted a batch size that is a multiple of 3");
        assertThatThrownBy(() -> pack(0)).hasMessageContaining("size must be at least 1; got 0");
    }

    @ParameterizedTest(name = "packs of {0}")
    @ValueSource(ints = {1, 2, 3})
    void packAgreesWithTorchAndWithFiniteDifferences(int size) {
        Tensor x = Samples.normal(size, 6, 3, 4, 2);
        LayerChecks.agreesWithTorch(
                pack(size),
                x,
                true,
                (leaf, none) -> leaf.reshape(6 / size, size, 3, 4, 2)
                        .permute(0, 2, 3, 1, 4)
                        .reshape(6 / size, 3, 4, 2L * size));
        LayerChecks.matchesFiniteDifferences(pack(size), x, true);
        LayerChecks.tangentMatchesFiniteDifferences(pack(size), x, true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(pack(size), x, true);
    }

    @Test
    void columnsAgreeWithTorchAndWithFiniteDifferences() {
        Tensor x = Samples.normal(1, 4, 7);
        LayerChecks.agreesWithTorch(columns(2, 5), x, true, (leaf, none) -> leaf.narrow(1, 2, 3));
        LayerChecks.matchesFiniteDifferences(columns(2, 5), x, true);
        LayerChecks.tangentMatchesFiniteDifferences(columns(2, 5), x, true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(columns(2, 5), x, true);
        assertThatThrownBy(() -> columns(2, 2))
                .hasMessageContaining("from must be at least 0 and less than to; got 2 and 2");
        assertThatThrownBy(() -> columns(2, 5).outputShape(Shape.of(3, 4)))
                .hasMessage("Columns(2 … 4): got 3×4, wanted at least 5 columns");
    }

    @Test
    void layersThatMixItemsHaveNoTangent() {
        Tensor x = Samples.normal(1, 4, 7);
        assertThatThrownBy(() -> minibatchDeviation().tangent(x, null))
                .hasMessageContaining("it mixes the items of a batch, and a gradient penalty is per item");
        assertThatThrownBy(() -> minibatchDiscrimination(7, 2, 2).tangent(x, null))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
