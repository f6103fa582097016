package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.concat;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.sigmoid;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.backend.cpu.JavaBackend;
import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.loss.Likelihood;
import io.github.grisaille.metric.VariationalBound;
import io.github.grisaille.nn.Initializers;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Vae;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaeTrainerTest {
    private static final int BATCH = 6;
    private static final int LATENT = 3;
    private static final int WIDTH = 9;
    private static final long SEED = 4;

    private static Vae vae() {
        return new Vae(
                        sequential(dense(WIDTH, 8), tanh(), concat(dense(8, LATENT), dense(8, LATENT))),
                        LATENT,
                        sequential(dense(LATENT, 7), relu(), dense(7, WIDTH)))
                .initialize(1);
    }

    private static ArrayDataset data() {
        Tensor x = Backend.cpu().empty(Shape.of(BATCH, WIDTH));
        Backend.cpu().uniform(new RandomStream(2, 3), 0, 1, x);
        return new ArrayDataset(x.toArray(), WIDTH);
    }

    /** The batch and the noise that the trainer's first step will see. */
    private static Tensor firstBatch(Dataset data) {
        return Tensor.of(data.values(new Batches(BATCH, BATCH, SEED).indices(1)), BATCH, WIDTH);
    }

    private static Tensor firstNoise() {
        Tensor noise = Backend.cpu().empty(Shape.of(BATCH, LATENT));
        Backend.cpu().normal(new RandomStream(SEED, 1), 0, 1, noise);
        return noise;
    }

    /** One step of plain descent at rate 1, so that what the weights lost is their gradient. */
    private static List<float[]> gradients(Vae vae, Likelihood likelihood, float beta, float free) {
        List<float[]> before =
                vae.parameters().stream().map(p -> p.value().toArray()).toList();
        new VaeTrainer(vae, likelihood)
                .optimizer(Optimizers.sgd(1))
                .beta(beta)
                .freeBits(free)
                .batch(BATCH)
                .seed(SEED)
                .fit(data());
        List<float[]> gradients = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            float[] gradient = before.get(i).clone();
            float[] after = vae.parameters().get(i).value().toArray();
            for (int j = 0; j < gradient.length; j++) {
                gradient[j] -= after[j];
            }
            gradients.add(gradient);
        }
        return gradients;
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0", "0, 0, 0", "0, 2.5, 0.4", "0.6, 1, 0", "0.6, 0.1, 0.2"})
    void aWholeStepAgreesWithTorch(float sigma, float beta, float free) {
        Vae vae = vae();
        List<org.bytedeco.pytorch.Tensor> p = new ArrayList<>();
        vae.parameters().forEach(parameter -> p.add(Torch.leaf(parameter.value())));
        org.bytedeco.pytorch.Tensor x = Torch.constant(firstBatch(data()));
        org.bytedeco.pytorch.Tensor h =
                torch.linear(x, p.get(0).t(), Torch.optional(p.get(1))).tanh();
        org.bytedeco.pytorch.Tensor mean = torch.linear(h, p.get(2).t(), Torch.optional(p.get(3)));
        org.bytedeco.pytorch.Tensor logVariance = torch.linear(h, p.get(4).t(), Torch.optional(p.get(5)));
        org.bytedeco.pytorch.Tensor z =
                mean.add(logVariance.mul(new Scalar(0.5)).exp().mul(Torch.constant(firstNoise())));
        org.bytedeco.pytorch.Tensor out = torch.linear(
                torch.relu(torch.linear(z, p.get(6).t(), Torch.optional(p.get(7)))),
                p.get(8).t(),
                Torch.optional(p.get(9)));
        org.bytedeco.pytorch.Tensor reconstruction = sigma == 0
                ? torch.binary_cross_entropy_with_logits(out, x).mul(new Scalar((double) WIDTH))
                : torch.mse_loss(out, x).mul(new Scalar(WIDTH / (2.0 * sigma * sigma)));
        org.bytedeco.pytorch.Tensor kl = mean.mul(mean)
                .add(logVariance.exp())
                .sub(logVariance)
                .sub(new Scalar(1.0))
                .mean(0)
                .mul(new Scalar(0.5));
        org.bytedeco.pytorch.Tensor paid = torch.relu(kl.sub(new Scalar((double) free)));
        reconstruction.add(paid.sum().mul(new Scalar((double) beta))).backward();

        List<float[]> gradients =
                gradients(vae, sigma == 0 ? Likelihood.bernoulli() : Likelihood.gaussian(sigma), beta, free);
        for (int i = 0; i < gradients.size(); i++) {
            assertClose("parameter " + i, gradients.get(i), Torch.values(Torch.gradient(p.get(i))), 50);
        }
    }

    /** The recorded loss, as a function of one weight with the noise held, has the slope that the step used. */
    @Test
    void aWholeStepMatchesFiniteDifferences() {
        List<float[]> gradients = gradients(vae(), Likelihood.bernoulli(), 0.7f, 0);
        float[] slopes = new float[gradients.size()];
        float[] promised = new float[slopes.length];
        for (int i = 0; i < slopes.length; i++) {
            int weight = gradients.get(i).length / 2;
            promised[i] = gradients.get(i)[weight];
            slopes[i] = (float) ((lossWith(i, weight, 0.01f) - lossWith(i, weight, -0.01f)) / 0.02);
        }
        for (int i = 0; i < slopes.length; i++) {
            assertThat(promised[i]).as("parameter " + i).isCloseTo(slopes[i], within(2e-3f));
        }
    }

    private static double lossWith(int parameter, int weight, float step) {
        Vae vae = vae();
        float[] values = vae.parameters().get(parameter).value().toArray();
        values[weight] += step;
        vae.parameters().get(parameter).set(values);
        return new VaeTrainer(vae, Likelihood.bernoulli())
                .beta(0.7f)
                .batch(BATCH)
                .seed(SEED)
                .fit(data())
                .last("loss");
    }

    private static Vae digitsVae() {
        return new Vae(
                        sequential(dense(784, 100), relu(), concat(dense(100, 8), dense(100, 8))),
                        8,
                        sequential(dense(8, 100), relu(), dense(100, 784)))
                .initialize(1);
    }

    @Test
    void learnsDigits() {
        Vae vae = digitsVae();
        History history = new VaeTrainer(vae, Likelihood.bernoulli())
                .epochs(3)
                .seed(1)
                .fit(Mnist.train().take(20_000).flat());
        assertThat(history.remarks()).isEmpty();
        VariationalBound.Elbo elbo = new VariationalBound(vae, Likelihood.bernoulli(), 1)
                .elbo(Mnist.test().flat());
        // predicting every pixel's mean gives 206 nats
        assertThat(elbo.total()).isLessThan(152);
        assertThat(elbo.divergence()).isBetween(8.0, 30.0);
        assertThat(elbo.activeDimensions()).isEqualTo(8);
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBits() {
        List<double[]> losses = new ArrayList<>();
        for (int threads : new int[] {1, 3}) {
            Vae vae = digitsVae();
            Backend backend = new JavaBackend(threads);
            vae.encoder().to(backend);
            vae.decoder().to(backend);
            losses.add(new VaeTrainer(vae, Likelihood.bernoulli())
                    .binarized()
                    .freeBits(0.1f)
                    .seed(1)
                    .fit(Mnist.train().take(1000).flat())
                    .values("loss"));
        }
        assertThat(losses.get(1)).containsExactly(losses.get(0));
    }

    @Test
    void theWeightFollowsItsSchedule() {
        History history = new VaeTrainer(vae(), Likelihood.bernoulli())
                .beta(4)
                .annealing(Schedule.warmUp(8))
                .batch(BATCH)
                .epochs(10)
                .fit(data());
        assertThat(history.values("weight")).containsExactly(0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4);
        assertThat(history.values("loss")[5])
                .isCloseTo(history.values("reconstruction")[5] + 2.5 * history.values("KL")[5], within(1e-5));
    }

    /** The decoder says σ(2) of every pixel whatever the code, so the loss moves with the pixels drawn, and with them only. */
    @Test
    void binarizingDrawsGrayPixelsAnew() {
        float[] blackAndWhite = new float[BATCH * WIDTH];
        for (int i = 0; i < blackAndWhite.length; i++) {
            blackAndWhite[i] = i % 2;
        }
        assertThat(distinctLosses(data(), false)).isEqualTo(1);
        assertThat(distinctLosses(new ArrayDataset(blackAndWhite, WIDTH), true)).isEqualTo(1);
        assertThat(distinctLosses(data(), true)).isGreaterThan(10);
    }

    private static long distinctLosses(ArrayDataset data, boolean binarized) {
        Vae vae = vae().initialize(Initializers.normal(0), 1);
        float[] twos = new float[WIDTH];
        Arrays.fill(twos, 2);
        vae.parameters().get(9).set(twos);
        VaeTrainer trainer = new VaeTrainer(vae, Likelihood.bernoulli())
                .optimizer(Optimizers.sgd(1e-12f))
                .batch(BATCH)
                .epochs(200);
        double[] losses = (binarized ? trainer.binarized() : trainer).fit(data).values("reconstruction");
        return Arrays.stream(losses)
                .map(loss -> Math.rint(loss * 1e4))
                .distinct()
                .count();
    }

    @Test
    void aLogVarianceThatRunsAwayIsHeldAndTold() {
        Vae vae = vae();
        float[] bias = {0, 90, 0};
        vae.parameters().get(5).set(bias);
        History history = new VaeTrainer(vae, Likelihood.gaussian(1))
                .optimizer(Optimizers.sgd(1e-12f))
                .batch(BATCH)
                .fit(data());
        assertThat(history.last("KL")).isFinite();
        assertThat(history.remarks())
                .containsExactly("by step 1 log-variances went beyond ±20 and were clipped: lower the learning rate,"
                        + " or scale the data");
    }

    @Test
    void refusesSenselessSettingsAndData() {
        VaeTrainer trainer = new VaeTrainer(vae(), Likelihood.bernoulli());
        assertThatThrownBy(() -> trainer.beta(-1)).hasMessageContaining("at least 0 and finite; got -1.0");
        assertThatThrownBy(() -> trainer.freeBits(Float.NaN)).hasMessageContaining("got NaN");
        ArrayDataset signed = new ArrayDataset(Samples.normal(1, 4, WIDTH).toArray(), WIDTH);
        assertThatThrownBy(() -> trainer.fit(signed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a Bernoulli likelihood needs data from 0 to 1; got -");
    }

    private static Vae endingIn(Layer... end) {
        return new Vae(sequential(dense(WIDTH, 2 * LATENT)), LATENT, sequential(dense(LATENT, WIDTH), sequential(end)))
                .initialize(1);
    }

    @Test
    void aDecoderThatEndsInASigmoidIsNoMakerOfLogits() {
        for (Layer[] end : new Layer[][] {{sigmoid()}, {tanh()}, {sigmoid(), reshape(WIDTH)}}) {
            assertThatThrownBy(() -> new VaeTrainer(endingIn(end), Likelihood.bernoulli()).fit(data()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "the decoder ends in layer 1 layer 0 " + end[0].name() + ", whose outputs are ")
                    .hasMessageEndingWith(
                            "this loss needs logits, which can be any number (the sigmoid is part of the loss):"
                                    + " remove that layer");
        }
        History fine = new VaeTrainer(endingIn(sigmoid()), Likelihood.gaussian(0.5f)).fit(data());
        assertThat(fine.remarks()).isEmpty();
    }

    @Test
    void dataThatADecoderNeverReachesAreRemarkedOnce() {
        ArrayDataset signed = new ArrayDataset(new float[] {-1, 1, 0, 0, 0, 0, 0, 0, 0}, WIDTH);
        VaeTrainer trainer = new VaeTrainer(endingIn(sigmoid()), Likelihood.gaussian(0.5f)).epochs(3);
        assertThat(trainer.fit(signed).remarks())
                .containsExactly(
                        "data lie from -1.0 to 1.0, and the decoder ends in layer 1 layer 0 Sigmoid, whose outputs"
                                + " are from 0 to 1: values outside are never reached; scale the data, or end in another"
                                + " activation");
    }

    @Test
    void whatCannotBeBinarisedIsRefused() {
        ArrayDataset signed = new ArrayDataset(new float[] {-1, 1, 0, 0, 0, 0, 0, 0, 0}, WIDTH);
        assertThatThrownBy(() -> new VaeTrainer(vae(), Likelihood.gaussian(1))
                        .binarized()
                        .fit(signed))
                .hasMessageStartingWith("binarized() takes data from 0 to 1, the probabilities of a 1; got -1.0");
    }

    @Test
    void aLastBatchOfOneItemIsRefusedByEitherNetwork() {
        Sequential normed = sequential(dense(WIDTH, 2 * LATENT), batchNorm(2 * LATENT));
        Sequential plain = sequential(dense(LATENT, WIDTH));
        VaeTrainer ofEncoder = new VaeTrainer(new Vae(normed, LATENT, plain), Likelihood.bernoulli()).batch(5);
        assertThatThrownBy(() -> ofEncoder.fit(data()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an epoch's last batch has 1 item (6 items in batches of 5), on which the encoder cannot be"
                        + " trained: layer 1 BatchNorm(6): got 1×6, wanted at least 2 values per channel when training (the"
                        + " variance of 1 value is 0). For these items say batch(4) or batch(6)");
        assertThat(ofEncoder.batch(4).fit(data()).size()).isEqualTo(2);
        Sequential normedDecoder = sequential(dense(LATENT, WIDTH), batchNorm(WIDTH), dense(WIDTH, WIDTH));
        assertThatThrownBy(() -> new VaeTrainer(
                                new Vae(sequential(dense(WIDTH, 2 * LATENT)), LATENT, normedDecoder),
                                Likelihood.bernoulli())
                        .batch(1)
                        .fit(data()))
                .hasMessageStartingWith("batches have 1 item (6 items in batches of 1), on which the decoder cannot")
                .hasMessageEndingWith("For these items say batch(2)");
    }

    @Test
    void aRunCanBeAsLongAsANumberOfSteps() {
        History history =
                new VaeTrainer(vae(), Likelihood.bernoulli()).batch(4).steps(5).fit(data());
        assertThat(history.size()).isEqualTo(5);
    }
}
