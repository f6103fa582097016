package io.github.grisaille.nn;

import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpectralNormTest {
    /**
     * W/σ as Miyato et al. write it: so many rounds of power iteration from the layer's vector, and no gradients of u and
     * v. The matrix has a column for each extent of the axis of outputs.
     */
    private static org.bytedeco.pytorch.Tensor normalized(
            org.bytedeco.pytorch.Tensor weight, Layer layer, long axis, int rounds) {
        org.bytedeco.pytorch.Tensor last = weight.transpose(axis, weight.dim() - 1);
        org.bytedeco.pytorch.Tensor matrix = last.reshape(-1, weight.size(axis));
        org.bytedeco.pytorch.Tensor u = Torch.constant(layer.buffers().get(0).value());
        org.bytedeco.pytorch.Tensor v = u;
        for (int i = 0; i < rounds; i++) {
            v = matrix.detach().mv(u);
            v = v.div(v.norm());
            u = matrix.detach().t().mv(v);
            u = u.div(u.norm());
        }
        return weight.div(v.dot(matrix.mv(u)));
    }

    private static org.bytedeco.pytorch.Tensor normalized(org.bytedeco.pytorch.Tensor weight, Layer layer) {
        return normalized(weight, layer, weight.dim() - 1, 1);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void denseAgreesWithTorch(long seed) {
        boolean bias = seed % 2 == 0;
        SpectralNorm layer = spectralNorm(dense((int) seed * 5, (int) seed * 3, bias));
        LayerChecks.randomized(layer, seed);
        LayerChecks.agreesWithTorch(
                layer,
                Samples.normal(seed, 8, (int) seed * 5),
                true,
                (x, p) -> torch.linear(
                        x, normalized(p.get(0), layer).permute(1, 0), Torch.optional(bias ? p.get(1) : null)));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void convolutionAgreesWithTorch(long seed) {
        boolean bias = seed % 2 == 0;
        SpectralNorm layer = spectralNorm(conv2d(3, (int) seed + 1, 4, 2, 1, bias));
        LayerChecks.randomized(layer, seed);
        LayerChecks.agreesWithTorch(
                layer,
                Samples.normal(seed, 2, 8, 6, 3),
                true,
                (x, p) -> Torch.nhwc(torch.conv2d(
                        Torch.nchw(x),
                        Torch.kernel(normalized(p.get(0), layer)),
                        Torch.optional(bias ? p.get(1) : null),
                        new long[] {2, 2},
                        new long[] {1, 1},
                        new long[] {1, 1},
                        1)));
    }

    /** PyTorch's matrix of a transposed convolution has a row for each output channel too; with groups, for each of one group. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void transposedConvolutionAgreesWithTorch(long seed) {
        boolean bias = seed % 2 == 0;
        int groups = seed % 3 == 0 ? 3 : 1;
        int rounds = (int) (1 + seed / 3);
        ConvGeometry g = ConvGeometry.kernel(4, 3).stride(2).padding(1).groups(groups);
        SpectralNorm layer = spectralNorm(convTranspose2d(6, 3 * (int) seed, g, bias), rounds);
        LayerChecks.randomized(layer, seed);
        LayerChecks.agreesWithTorch(
                layer,
                Samples.normal(seed, 2, 4, 5, 6),
                true,
                (x, p) -> Torch.nhwc(torch.conv_transpose2d(
                        Torch.nchw(x),
                        Torch.kernel(normalized(p.get(0), layer, 2, rounds)).contiguous(),
                        Torch.optional(bias ? p.get(1) : null),
                        new long[] {2, 2},
                        new long[] {1, 1},
                        new long[] {0, 0},
                        groups,
                        new long[] {1, 1})));
    }

    @ParameterizedTest(name = "{0} rounds")
    @ValueSource(ints = {1, 2, 5})
    void severalRoundsAgreeWithTorch(int rounds) {
        SpectralNorm layer = LayerChecks.randomized(spectralNorm(dense(7, 5), rounds), rounds);
        LayerChecks.agreesWithTorch(
                layer,
                Samples.normal(3, 4, 7),
                true,
                (x, p) -> torch.linear(
                        x, normalized(p.get(0), layer, 1, rounds).permute(1, 0), Torch.optional(p.get(1))));
        SpectralNorm grouped = LayerChecks.randomized(
                spectralNorm(conv2d(4, 6, ConvGeometry.square(3, 1, 1).groups(2)), rounds), 4);
        LayerChecks.agreesWithTorch(
                grouped,
                Samples.normal(5, 2, 4, 5, 4),
                true,
                (x, p) -> Torch.nhwc(torch.conv2d(
                        Torch.nchw(x),
                        Torch.kernel(normalized(p.get(0), grouped, 3, rounds)).contiguous(),
                        Torch.optional(p.get(1)),
                        new long[] {1, 1},
                        new long[] {1, 1},
                        new long[] {1, 1},
                        2)));
    }

    /** Three rounds in one forward end where three forwards of one round end. */
    @Test
    void roundsInOneForwardAreAsManyForwards() {
        SpectralNorm once = LayerChecks.randomized(spectralNorm(convTranspose2d(3, 4, 4, 2, 1)), 1);
        SpectralNorm thrice = LayerChecks.randomized(spectralNorm(convTranspose2d(3, 4, 4, 2, 1), 3), 1);
        Tensor x = Samples.normal(1, 2, 3, 3, 3);
        float[] y = {};
        for (int i = 0; i < 3; i++) {
            try (Pass pass = Pass.training(x.backend(), 1)) {
                y = once.forward(x, pass).toArray();
            }
        }
        try (Pass pass = Pass.training(x.backend(), 1)) {
            assertThat(thrice.forward(x, pass).toArray()).containsExactly(y);
        }
        assertThat(thrice.buffers().get(0).value().toArray())
                .containsExactly(once.buffers().get(0).value().toArray());
    }

    @Test
    void refusesNoIterations() {
        assertThatThrownBy(() -> spectralNorm(dense(2, 3), 0))
                .hasMessage("SpectralNorm: the number of iterations must be at least 1; got 0");
    }

    private static void converge(Layer layer, Tensor x) {
        for (int i = 0; i < 500; i++) {
            try (Pass pass = Pass.training(x.backend(), 1)) {
                layer.forward(x, pass);
            }
        }
    }

    /** When the power iteration has converged, σ is the singular value and the gradients are the true slopes. */
    @Test
    void matchesFiniteDifferencesOnceSettled() {
        SpectralNorm layer = LayerChecks.randomized(spectralNorm(dense(6, 4)), 3);
        Tensor x = Samples.normal(1, 5, 6);
        converge(layer, x);
        LayerChecks.matchesFiniteDifferences(layer, x, false);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, false);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, false);
        SpectralNorm convolution = LayerChecks.randomized(spectralNorm(conv2d(2, 3, 3, 1, 1)), 4);
        Tensor images = Samples.normal(2, 2, 5, 4, 2);
        converge(convolution, images);
        LayerChecks.matchesFiniteDifferences(convolution, images, false);
        LayerChecks.tangentGradientMatchesFiniteDifferences(convolution, images, false);
        SpectralNorm transposed = LayerChecks.randomized(spectralNorm(convTranspose2d(2, 3, 3, 2, 1)), 5);
        converge(transposed, images);
        LayerChecks.matchesFiniteDifferences(transposed, images, false);
        LayerChecks.tangentMatchesFiniteDifferences(transposed, images, false);
        LayerChecks.tangentGradientMatchesFiniteDifferences(transposed, images, false);
    }

    @Test
    void byHand() {
        SpectralNorm layer = spectralNorm(dense(2, 2));
        layer.parameters().get(0).set(3, 0, 0, 1);
        layer.parameters().get(1).set(0.5f, 0);
        Tensor x = Tensor.of(new float[] {3, 6}, 1, 2);
        converge(layer, x);
        try (Pass pass = Pass.evaluating(x.backend())) {
            float[] y = layer.forward(x, pass).toArray();
            assertThat(y[0]).isCloseTo(3.5f, within(1e-5f));
            assertThat(y[1]).isCloseTo(2, within(1e-5f));
        }
    }

    /** One tap, so the matrix is (3 0 / 0 1) with the outputs as columns, and σ is 3. */
    @Test
    void transposedByHand() {
        SpectralNorm layer = spectralNorm(convTranspose2d(2, 2, 1, 1, 0));
        layer.parameters().get(0).set(3, 0, 0, 1);
        layer.parameters().get(1).set(0.5f, 0);
        Tensor x = Tensor.of(new float[] {3, 6}, 1, 1, 1, 2);
        converge(layer, x);
        try (Pass pass = Pass.evaluating(x.backend())) {
            float[] y = layer.forward(x, pass).toArray();
            assertThat(y[0]).isCloseTo(3.5f, within(1e-5f));
            assertThat(y[1]).isCloseTo(2, within(1e-5f));
        }
    }

    @Test
    void evaluatingChangesNothingAndTrainingGoesOnWithTheIteration() {
        SpectralNorm layer = LayerChecks.randomized(spectralNorm(dense(9, 7)), 1);
        Tensor x = Samples.normal(1, 3, 9);
        float[] before = layer.buffers().get(0).value().toArray();
        try (Pass pass = Pass.evaluating(x.backend())) {
            layer.forward(x, pass);
        }
        assertThat(layer.buffers().get(0).value().toArray()).containsExactly(before);
        converge(layer, x);
        float[] settled = layer.buffers().get(0).value().toArray();
        converge(layer, x);
        float[] later = layer.buffers().get(0).value().toArray();
        for (int i = 0; i < settled.length; i++) {
            assertThat(later[i]).isCloseTo(settled[i], within(1e-4f));
        }
    }

    /** A network of such layers and LeakyReLU stretches no distance: |D(a) − D(b)| ≤ ‖a − b‖. */
    @Test
    void theNetworkIsLipschitz() {
        Sequential network = sequential(
                spectralNorm(dense(4, 32)),
                leakyRelu(0.2f),
                spectralNorm(dense(32, 32)),
                leakyRelu(0.2f),
                flatten(),
                spectralNorm(dense(32, 1)));
        LayerChecks.randomized(network, 2);
        converge(network, Samples.normal(1, 3, 4));
        float[] a = Samples.normal(5, 100, 4).toArray();
        float[] b = Samples.normal(6, 100, 4).toArray();
        float[] da = network.predict(
                        Backend.cpu().tensor(a, Samples.normal(5, 100, 4).shape()))
                .toArray();
        float[] db = network.predict(
                        Backend.cpu().tensor(b, Samples.normal(5, 100, 4).shape()))
                .toArray();
        for (int n = 0; n < 100; n++) {
            double squares = 0;
            for (int i = 0; i < 4; i++) {
                squares += Math.pow(a[4 * n + i] - b[4 * n + i], 2);
            }
            assertThat((double) Math.abs(da[n] - db[n])).isLessThan(Math.sqrt(squares) * 1.001);
        }
    }

    @Test
    void theVectorIsPartOfTheState() {
        assertThat(sequential(spectralNorm(dense(2, 3))).state().keySet())
                .containsExactly("0.weight", "0.bias", "0.singular vector");
        assertThat(spectralNorm(dense(2, 3)).name()).isEqualTo("SpectralNorm(Dense(2 → 3))");
        assertThat(spectralNorm(dense(2, 3), 2).name()).isEqualTo("SpectralNorm(Dense(2 → 3), 2 iterations)");
    }
}
