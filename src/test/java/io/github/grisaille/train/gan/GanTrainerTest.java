package io.github.grisaille.train.gan;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.joinLabels;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.pack;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.backend.cpu.JavaBackend;
import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GanTrainerTest {
    @Test
    void theGeneratorMovesToTheData() {
        Sequential generator = Bell.generator();
        Tensor z = Latent.normal(4).draw(1000, 3);
        assertThat(mean(generator.predict(z))).isCloseTo(0, within(1.0));
        new GanTrainer(generator, Bell.discriminator())
                .optimizers(Optimizers.adam(2e-3f, 0.5f), Optimizers.adam(5e-3f, 0.5f))
                .batch(128)
                .epochs(40)
                .seed(1)
                .fit(Bell.bell());
        assertThat(mean(generator.predict(z))).isCloseTo(3, within(0.3));
    }

    private static double mean(Tensor tensor) {
        double sum = 0;
        for (float value : tensor.toArray()) {
            sum += value;
        }
        return sum / tensor.size();
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        List<float[]> weights = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Sequential generator = Bell.generator();
            new GanTrainer(generator, Bell.discriminator()).batch(100).seed(5).fit(Bell.bell());
            weights.add(generator.parameters().get(0).value().toArray());
        }
        assertThat(weights.get(1)).containsExactly(weights.get(0));
    }

    @Test
    void aRunCanBeAsLongAsANumberOfSteps() {
        assertThat(new GanTrainer(Bell.generator(), Bell.discriminator())
                        .batch(100)
                        .steps(3)
                        .fit(Bell.bell())
                        .size())
                .isEqualTo(3);
        assertThat(new GanTrainer(Bell.generator(), Bell.discriminator())
                        .batch(1024)
                        .discriminatorSteps(2)
                        .steps(5)
                        .fit(Bell.bell())
                        .size())
                .isEqualTo(5);
    }

    @Test
    void aBalancedStartHasTheKnownLosses() {
        Sequential discriminator = Bell.discriminator();
        discriminator
                .parameters()
                .forEach(parameter -> parameter.set(new float[parameter.shape().size()]));
        History history =
                new GanTrainer(Bell.generator(), discriminator).batch(2048).fit(Bell.bell());
        assertThat(history.values("discriminator loss")[0]).isCloseTo(2 * Math.log(2), within(1e-6));
        assertThat(history.values("D(x)")[0]).isEqualTo(0.5);
        assertThat(history.values("D(G(z))")[0]).isEqualTo(0.5);
    }

    /** Counts what is asked of the discriminator, from inside it. */
    private static final class Probe implements Layer {
        private final Layer inner = dense(1, 4);
        private final List<Wanted> asked = new ArrayList<>();

        @Override
        public String name() {
            return "Probe";
        }

        @Override
        public Shape outputShape(Shape input) {
            return inner.outputShape(input);
        }

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return inner.forward(x, pass);
        }

        @Override
        public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
            asked.add(wanted);
            return inner.backward(dy, pass, wanted);
        }

        @Override
        public List<Parameter> parameters() {
            return inner.parameters();
        }
    }

    @Test
    void theDiscriminatorsGradientsAreNotComputedWhenTheGeneratorTrains() {
        Probe probe = new Probe();
        new GanTrainer(Bell.generator(), sequential(probe, leakyRelu(0.2f), dense(4, 1)))
                .batch(2048)
                .epochs(2)
                .fit(Bell.bell());
        assertThat(probe.asked)
                .containsExactly(
                        Wanted.PARAMETERS,
                        Wanted.PARAMETERS,
                        Wanted.INPUT,
                        Wanted.PARAMETERS,
                        Wanted.PARAMETERS,
                        Wanted.INPUT);
    }

    @Test
    void moreDiscriminatorStepsMeanFewerGeneratorSteps() {
        History history = new GanTrainer(Bell.generator(), Bell.discriminator())
                .batch(128)
                .discriminatorSteps(4)
                .fit(Bell.bell());
        assertThat(history.size()).isEqualTo(4);
        assertThatThrownBy(() -> new GanTrainer(Bell.generator(), Bell.discriminator()).discriminatorSteps(0))
                .hasMessageContaining("the number of discriminator steps is at least 1");
    }

    @Test
    void everyLossTrains() {
        for (GanLoss loss :
                List.of(GanLoss.nonSaturating(), GanLoss.leastSquares(), GanLoss.hinge(), GanLoss.wasserstein())) {
            History history = new GanTrainer(Bell.generator(), Bell.discriminator())
                    .loss(loss)
                    .optimizers(
                            Optimizers.rmsprop(1e-3f), Optimizers.rmsprop(1e-3f).clipWeights(0.1f))
                    .fit(Bell.bell());
            assertThat(history.values("generator loss")).hasSize(16).doesNotContain(Double.NaN);
        }
    }

    @Test
    void theWholeKitTrainsAndIsBitIdenticalForAnyNumberOfThreads() {
        float[][] one = everythingAtOnce(new JavaBackend(1));
        float[][] many = everythingAtOnce(new JavaBackend(3));
        for (int i = 0; i < one.length; i++) {
            assertThat(many[i]).as("result " + i).containsExactly(one[i]).doesNotContain(Float.NaN);
        }
    }

    private static float[][] everythingAtOnce(Backend backend) {
        Sequential generator = sequential(dense(6, 256), relu(), dense(256, 30)).initialize(1);
        Sequential average = sequential(dense(6, 256), relu(), dense(256, 30)).initialize(1);
        Sequential discriminator = sequential(
                        pack(2),
                        spectralNorm(dense(60, 256)),
                        leakyRelu(0.2f),
                        dropout(0.2f),
                        dense(256, 40),
                        tanh(),
                        dense(40, 1))
                .initialize(2);
        generator.to(backend);
        discriminator.to(backend);
        Tensor values = Backend.cpu().empty(Shape.of(1001, 30));
        Backend.cpu().normal(new RandomStream(1, 50), 1, 0.5f, values);
        History history = new GanTrainer(generator, discriminator)
                .loss(GanLoss.nonSaturating().smoothed(0.1f).flipped(0.05f))
                .latent(Latent.normal(2).with(Latent.signs(4)))
                .penalties(
                        GradientPenalty.r1(0.1f).every(2),
                        GradientPenalty.wganGp(0.1f),
                        GradientPenalty.dragan(0.1f, 0.2f))
                .stabilisers(
                        new InstanceNoise(0.2f, Schedule.linear(0, 5, 0)),
                        new ExperienceReplay(64, 0.25f),
                        new UnrolledDiscriminator(1, Optimizers.sgd(0.01f)),
                        new MovingAverage(average, 0.9f))
                .generatorObjective(new FeatureMatching(5))
                .diagnose(2)
                .batch(200)
                .seed(3)
                .progress(Progress.silent())
                .fit(new ArrayDataset(values.toArray(), 30));
        List<float[]> results = new ArrayList<>();
        for (Sequential network : List.of(generator, discriminator, average)) {
            network.parameters()
                    .forEach(parameter -> results.add(parameter.value().toArray()));
        }
        for (String series : history.series()) {
            float[] recorded = new float[history.size()];
            for (int i = 0; i < recorded.length; i++) {
                recorded[i] = (float) history.values(series)[i];
            }
            results.add(recorded);
        }
        // 1,001 items are 5 batches of 200 and one of 1, which is less than a pack
        assertThat(history.size()).isEqualTo(6);
        return results.toArray(float[][]::new);
    }

    @Test
    void penaltiesAndDiagnosesAreRecordedWhereAskedFor() {
        assertThat(new GanTrainer(Bell.generator(), Bell.discriminator())
                        .fit(Bell.bell())
                        .series())
                .containsExactly("discriminator loss", "generator loss", "D(x)", "D(G(z))");
        Sequential generator = sequential(dense(4, 16), relu(), dense(16, 1)).initialize(1);
        // a unit whose bias holds it below 0 is dead
        float[] bias = new float[16];
        for (int i = 0; i < 4; i++) {
            bias[i] = -100;
        }
        generator.parameters().get(1).set(bias);
        History history = new GanTrainer(generator, Bell.discriminator())
                .penalties(GradientPenalty.r1(1).every(4))
                .diagnose(4)
                .fit(Bell.bell());
        assertThat(history.series())
                .containsExactly(
                        "discriminator loss",
                        "generator loss",
                        "D(x)",
                        "D(G(z))",
                        "gradient penalty",
                        "accuracy",
                        "spread of G(z)",
                        "gradient norm, generator layer 0",
                        "gradient norm, generator layer 2",
                        "dead ReLUs, generator",
                        "update ratio, generator",
                        "gradient norm, discriminator layer 0",
                        "gradient norm, discriminator layer 2",
                        "update ratio, discriminator");
        assertThat(history.values("dead ReLUs, generator")[0]).isEqualTo(0.25);
        for (String series : List.of("gradient penalty", "accuracy", "update ratio, generator")) {
            double[] values = history.values(series);
            assertThat(values[3]).as(series).isEqualTo(values[0]);
            assertThat(values[4]).as(series).isNotEqualTo(values[3]);
        }
        // Adam's first step moves every weight by the rate, here 2e-4
        double squares = 0;
        int count = 0;
        for (Parameter parameter : Bell.discriminator().parameters()) {
            for (float value : parameter.value().toArray()) {
                squares += value * value;
                count++;
            }
        }
        assertThat(history.values("update ratio, discriminator")[0])
                .isCloseTo(2e-4 * Math.sqrt(count / squares), within(1e-5));
    }

    @Test
    void aDiagnosisChangesNoBit() {
        List<float[]> weights = new ArrayList<>();
        for (boolean diagnosed : new boolean[] {false, true}) {
            Sequential generator = Bell.generator();
            GanTrainer trainer = new GanTrainer(generator, Bell.discriminator()).seed(5);
            (diagnosed ? trainer.diagnose(1) : trainer).fit(Bell.bell());
            weights.add(generator.parameters().get(0).value().toArray());
        }
        assertThat(weights.get(1)).containsExactly(weights.get(0));
    }

    @Test
    void aConditionalGeneratorMakesWhatItIsAskedFor() {
        int[] labels = new int[2048];
        float[] values = Samples.normal(1, 2048, 1).toArray();
        for (int i = 0; i < values.length; i++) {
            labels[i] = i % 2;
            values[i] = (labels[i] == 0 ? -2 : 1) + 0.3f * values[i];
        }
        Sequential generator = sequential(joinLabels(2), dense(4 + 2, 32), tanh(), dense(32, 1))
                .initialize(1);
        Sequential discriminator = sequential(
                        joinLabels(2), dense(1 + 2, 32), tanh(), dense(32, 32), tanh(), dense(32, 1))
                .initialize(2);
        new GanTrainer(generator, discriminator)
                .optimizers(Optimizers.adam(2e-3f, 0.5f), Optimizers.adam(4e-3f, 0.5f))
                .penalties(GradientPenalty.r1(0.1f))
                .batch(128)
                .epochs(25)
                .seed(1)
                .fit(new ArrayDataset(values, 1), Conditions.oneHotDataset(2, labels));
        Tensor z = Latent.normal(4).draw(500, 3);
        for (int label = 0; label < 2; label++) {
            int[] asked = new int[500];
            Arrays.fill(asked, label);
            Tensor made = generator.predict(z, Conditions.oneHot(2, asked));
            assertThat(mean(made)).as("label " + label).isCloseTo(label == 0 ? -2 : 1, within(0.3));
        }
        assertThatThrownBy(
                        () -> new GanTrainer(generator, discriminator).fit(Bell.bell(), Conditions.oneHotDataset(2, 1)))
                .hasMessageContaining("there are 2048 items and 1 labels");
    }
}
