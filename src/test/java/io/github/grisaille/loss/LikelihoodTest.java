package io.github.grisaille.loss;

import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.nn.Pass;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LikelihoodTest {
    private final Backend backend = Backend.cpu();

    private static Tensor probabilities(long seed, int... shape) {
        Tensor x = Backend.cpu().empty(Shape.of(shape));
        Backend.cpu().uniform(new RandomStream(seed, 2), 0, 1, x);
        return x;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void agreesWithTorch(long seed) {
        int batch = (int) (seed * 5 - 4);
        int width = (int) (seed * 13);
        Tensor output = Samples.normal(seed, batch, width);
        Tensor x = probabilities(seed, batch, width);

        org.bytedeco.pytorch.Tensor logits = Torch.leaf(output);
        compare(
                Likelihood.bernoulli(),
                output,
                x,
                logits,
                torch.binary_cross_entropy_with_logits(logits, Torch.constant(x))
                        .mul(new Scalar((double) width)));
        org.bytedeco.pytorch.Tensor means = Torch.leaf(output);
        double sigma = 0.7;
        double constant = 0.5 * Math.log(2 * Math.PI * sigma * sigma) * width;
        compare(
                Likelihood.gaussian((float) sigma),
                output,
                x,
                means,
                torch.mse_loss(means, Torch.constant(x))
                        .mul(new Scalar(0.5 * width / (sigma * sigma)))
                        .add(new Scalar(constant)));
    }

    private void compare(
            Likelihood likelihood,
            Tensor output,
            Tensor x,
            org.bytedeco.pytorch.Tensor leaf,
            org.bytedeco.pytorch.Tensor expected) {
        expected.backward();
        LossValue actual = likelihood.negativeLog(output, x, backend);
        assertThat(actual.value().item())
                .isCloseTo(expected.item_float(), within(1e-5f * Math.abs(expected.item_float())));
        assertClose(likelihood.name(), actual.gradient().toArray(), Torch.values(Torch.gradient(leaf)), x.size());
        double sum = 0;
        for (float log : likelihood.logOfItems(output, x).toArray()) {
            sum -= log;
        }
        assertThat(sum / x.axis(0)).isCloseTo(actual.value().item(), within(1e-4));
    }

    @Test
    void theGradientIsTheSlope() {
        for (Likelihood likelihood : new Likelihood[] {Likelihood.bernoulli(), Likelihood.gaussian(0.5f)}) {
            float[] output = Samples.normal(1, 3, 4).toArray();
            Tensor x = probabilities(1, 3, 4);
            float[] gradient = likelihood
                    .negativeLog(Tensor.of(output, 3, 4), x, backend)
                    .gradient()
                    .toArray();
            for (int i = 0; i < output.length; i++) {
                float[] up = output.clone();
                float[] down = output.clone();
                up[i] += 0.01f;
                down[i] -= 0.01f;
                double slope = (likelihood
                                        .negativeLog(Tensor.of(up, 3, 4), x, backend)
                                        .value()
                                        .item()
                                - likelihood
                                        .negativeLog(Tensor.of(down, 3, 4), x, backend)
                                        .value()
                                        .item())
                        / 0.02;
                assertThat((double) gradient[i]).isCloseTo(slope, within(5e-3));
            }
        }
    }

    /** The density of N(0, 1) at 0 is 0.3989, and a fair coin's log-probability −log 2. */
    /** It was NaN. */
    @Test
    void aDecoderMayBeSureWithoutBound() {
        float infinity = Float.POSITIVE_INFINITY;
        Tensor logits = Tensor.of(new float[] {infinity, -infinity, infinity, 0, -infinity, infinity}, 3, 2);
        Tensor x = Tensor.of(new float[] {1, 0, 0, 1, 1, 0}, 3, 2);
        float[] logs = Likelihood.bernoulli().logOfItems(logits, x).toArray();
        assertThat(logs[0]).isCloseTo(0, within(1e-30f));
        assertThat(logs[1]).isEqualTo(-Float.MAX_VALUE);
        assertThat(logs[2]).isEqualTo(-infinity);
    }

    @Test
    void byHand() {
        Tensor zero = Tensor.of(new float[] {0}, 1, 1);
        assertThat(Math.exp(Likelihood.gaussian(1).logOfItems(zero, zero).item()))
                .isCloseTo(0.39894, within(1e-5));
        assertThat(Likelihood.bernoulli()
                        .logOfItems(zero, Tensor.of(new float[] {1}, 1, 1))
                        .item())
                .isCloseTo((float) -Math.log(2), within(1e-6f));
        assertThat(Likelihood.bernoulli().mean(zero).item()).isEqualTo(0.5f);
        assertThat(Likelihood.gaussian(1).mean(zero)).isSameAs(zero);
    }

    @Test
    void samplesHaveTheirMeanAndSpread() {
        Tensor ones = backend.empty(Shape.of(20_000, 1));
        backend.fill(1, ones);
        float[] heads =
                Likelihood.bernoulli().sample(ones, new RandomStream(1, 0)).toArray();
        float[] normal =
                Likelihood.gaussian(0.5f).sample(ones, new RandomStream(1, 0)).toArray();
        double share = 0;
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < heads.length; i++) {
            assertThat(heads[i]).isIn(0f, 1f);
            share += heads[i] / heads.length;
            mean += normal[i] / normal.length;
            squares += Math.pow(normal[i] - 1, 2) / normal.length;
        }
        assertThat(share).isCloseTo(1 / (1 + Math.exp(-1)), within(0.01));
        assertThat(mean).isCloseTo(1, within(0.01));
        assertThat(Math.sqrt(squares)).isCloseTo(0.5, within(0.01));
    }

    @Test
    void largeLogitsStayFinite() {
        Tensor logits = Tensor.of(new float[] {1000, -1000}, 1, 2);
        Tensor x = Tensor.of(new float[] {0, 1}, 1, 2);
        assertThat(Likelihood.bernoulli().logOfItems(logits, x).item()).isEqualTo(-2000);
    }

    @Test
    void refusesWhatHasNoMeaning() {
        assertThatThrownBy(() -> Likelihood.gaussian(0))
                .hasMessage("a Gaussian likelihood needs a deviation above 0 and finite; got 0.0");
        assertThatThrownBy(() -> Likelihood.bernoulli().check(-0.5f))
                .hasMessage(
                        "a Bernoulli likelihood needs data from 0 to 1; got -0.5: scale the data, as in scaled(0, 1),"
                                + " or use Likelihood.gaussian");
        assertThatThrownBy(() ->
                        Likelihood.bernoulli().negativeLog(Samples.normal(1, 2, 3), Samples.normal(1, 2, 4), backend))
                .hasMessageContaining("got outputs of 2×3 and data of 2×4");
    }

    /** It gave −2.82, less than any −log of a probability. */
    @Test
    void dataWithoutAMeaningAreRefusedByHandAndNotReadInAPass() {
        Tensor logit = Tensor.of(new float[] {-3}, 1, 1);
        Tensor x = Tensor.of(new float[] {-1}, 1, 1);
        String refusal = "a Bernoulli likelihood needs data from 0 to 1; got -1.0";
        assertThatThrownBy(() -> Likelihood.bernoulli().negativeLog(logit, x, backend))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(refusal);
        assertThatThrownBy(() -> Likelihood.bernoulli().logOfItems(logit, x)).hasMessageStartingWith(refusal);
        Tensor nan = Tensor.of(new float[] {Float.NaN}, 1, 1);
        assertThatThrownBy(() -> Likelihood.gaussian(1).negativeLog(logit, nan, backend))
                .hasMessage("data must be finite; got NaN");
        try (Pass pass = Pass.training(backend, 1)) {
            // softplus(−3) − (−3)(−1)
            assertThat(Likelihood.bernoulli()
                            .negativeLog(logit, x, pass)
                            .value()
                            .item())
                    .isCloseTo((float) (Math.log1p(Math.exp(-3)) - 3), within(1e-6f));
        }
    }
}
