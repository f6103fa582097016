package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Workspace;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReparameterizeTest {
    private final Backend backend = Backend.cpu();

    static Stream<Long> seeds() {
        return LayerChecks.seeds(6);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTorchAndWithFiniteDifferences(long seed) {
        RandomStream random = LayerChecks.choices(seed);
        int batch = between(random, 1, 20);
        int latent = seed == 1 ? 1 : between(random, 1, 20);
        Tensor statistics = Samples.normal(seed, batch, 2 * latent);
        // the checks' passes draw from seed 5, stream 0, so this is the noise that the layer will see
        Tensor noise = backend.empty(Shape.of(batch, latent));
        backend.normal(new RandomStream(5, 0), 0, 1, noise);
        for (boolean training : new boolean[] {true, false}) {
            LayerChecks.agreesWithTorch(new Reparameterize(), statistics, training, (leaf, none) -> {
                org.bytedeco.pytorch.Tensor mean = leaf.narrow(1, 0, latent);
                org.bytedeco.pytorch.Tensor deviation =
                        leaf.narrow(1, latent, latent).mul(new Scalar(0.5)).exp();
                return training ? mean.add(deviation.mul(Torch.constant(noise))) : mean.add(new Scalar(0));
            });
            LayerChecks.matchesFiniteDifferences(new Reparameterize(), statistics, training);
            LayerChecks.tangentMatchesFiniteDifferences(new Reparameterize(), statistics, training);
        }
    }

    /** z = μ + σε with σ² = e^v = 4, so dz/dμ = 1 and dz/dv = ½σε. */
    @Test
    void byHand() {
        Reparameterize layer = new Reparameterize();
        float v = (float) Math.log(4);
        float noise = Samples.normal(1, 1).toArray()[0];
        try (Pass pass = Pass.training(new Workspace(backend), new RandomStream(1, 77))) {
            float z = layer.forward(Tensor.of(new float[] {3, v}, 1, 2), pass).item();
            assertThat(z).isCloseTo(3 + 2 * noise, within(1e-6f));
            float[] gradient = layer.backward(Tensor.of(new float[] {10}, 1, 1), pass, Wanted.INPUT)
                    .toArray();
            assertThat(gradient[0]).isEqualTo(10);
            assertThat(gradient[1]).isCloseTo(10 * noise, within(1e-5f));
        }
    }

    @Test
    void drawsTheDistributionThatWasAskedFor() {
        int count = 100_000;
        Tensor statistics = backend.empty(Shape.of(count, 2));
        Tensor column = backend.empty(Shape.of(count, 1));
        backend.fill(3, column);
        backend.copyColumns(column, 0, statistics, 0, 1);
        backend.fill((float) Math.log(0.25), column);
        backend.copyColumns(column, 0, statistics, 1, 1);
        try (Pass pass = Pass.training(backend, 1)) {
            float[] z = new Reparameterize().forward(statistics, pass).toArray();
            double mean = 0;
            double squares = 0;
            for (float value : z) {
                mean += value / count;
                squares += (double) value * value / count;
            }
            assertThat(mean).isCloseTo(3, within(0.01));
            assertThat(Math.sqrt(squares - mean * mean)).isCloseTo(0.5, within(0.005));
        }
    }

    @Test
    void holdsLogVariancesInBoundsAndSaysSo() {
        Reparameterize layer = new Reparameterize();
        Tensor total = backend.empty(Shape.of(1));
        backend.fill(0, total);
        try (Pass pass = Pass.training(backend, 1)) {
            Tensor z = layer.forward(Tensor.of(new float[] {0, 0, 500, -23}, 1, 4), pass);
            assertThat(z.toArray()).doesNotContain(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
            assertThat(layer.gaussian(pass).logVariance().toArray()).containsExactly(20, -20);
            layer.addOverflow(pass, total);
        }
        assertThat(total.item()).isEqualTo(480 * 480 + 9);
        try (Pass pass = Pass.training(backend, 1)) {
            layer.forward(Tensor.of(new float[] {0, 0, 19, -19}, 1, 4), pass);
            layer.addOverflow(pass, total);
        }
        assertThat(total.item()).isEqualTo(480 * 480 + 9);
    }

    @Test
    void refusesAnOddNumberOfStatistics() {
        assertThatThrownBy(() -> new Reparameterize().outputShape(Shape.of(4, 3)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Reparameterize: got 4×3, wanted batch×(2·latent): means, then log-variances");
    }
}
