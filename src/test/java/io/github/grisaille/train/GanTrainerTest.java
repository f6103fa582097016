package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.diffAugment;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.pack;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.sigmoid;
import static io.github.grisaille.nn.Layers.softplus;
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
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GanTrainerTest {
    /** Values around 3 with deviation 0.5. */
    private static ArrayDataset bell() {
        Tensor values = Backend.cpu().empty(Shape.of(2048, 1));
        Backend.cpu().normal(new RandomStream(1, 50), 3, 0.5f, values);
        return new ArrayDataset(values.toArray(), 1);
    }

    private static Sequential generator() {
        return sequential(dense(4, 16), tanh(), dense(16, 1)).initialize(1);
    }

    private static Sequential discriminator() {
        return sequential(dense(1, 16), tanh(), dense(16, 1)).initialize(2);
    }

    @Test
    void theGeneratorMovesToTheData() {
        Sequential generator = generator();
        Tensor z = Latent.normal(4).draw(1000, 3);
        assertThat(mean(generator.predict(z))).isCloseTo(0, within(1.0));
        new GanTrainer(generator, discriminator())
                .optimizers(Optimizers.adam(2e-3f, 0.5f), Optimizers.adam(5e-3f, 0.5f))
                .batch(128)
                .epochs(40)
                .seed(1)
                .fit(bell());
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
            Sequential generator = generator();
            new GanTrainer(generator, discriminator()).batch(100).seed(5).fit(bell());
            weights.add(generator.parameters().get(0).value().toArray());
        }
        assertThat(weights.get(1)).containsExactly(weights.get(0));
    }

    @Test
    void aBalancedStartHasTheKnownLosses() {
        Sequential discriminator = discriminator();
        discriminator
                .parameters()
                .forEach(parameter -> parameter.set(new float[parameter.shape().size()]));
        History history = new GanTrainer(generator(), discriminator).batch(2048).fit(bell());
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
        new GanTrainer(generator(), sequential(probe, leakyRelu(0.2f), dense(4, 1)))
                .batch(2048)
                .epochs(2)
                .fit(bell());
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
        History history = new GanTrainer(generator(), discriminator())
                .batch(128)
                .discriminatorSteps(4)
                .fit(bell());
        assertThat(history.size()).isEqualTo(4);
        assertThatThrownBy(() -> new GanTrainer(generator(), discriminator()).discriminatorSteps(0))
                .hasMessageContaining("the number of discriminator steps is at least 1");
    }

    @Test
    void everyLossTrains() {
        for (GanLoss loss :
                List.of(GanLoss.nonSaturating(), GanLoss.leastSquares(), GanLoss.hinge(), GanLoss.wasserstein())) {
            History history = new GanTrainer(generator(), discriminator())
                    .loss(loss)
                    .optimizers(
                            Optimizers.rmsprop(1e-3f), Optimizers.rmsprop(1e-3f).clipWeights(0.1f))
                    .fit(bell());
            assertThat(history.values("generator loss")).hasSize(16).doesNotContain(Double.NaN);
        }
    }

    @Test
    void aGeneratorWhoseInputIsNotKnownNeedsALatent() {
        Sequential generator = sequential(reshape(4), dense(4, 1));
        assertThatThrownBy(() -> new GanTrainer(generator, discriminator()).fit(bell()))
                .hasMessageContaining("say latent(Latent.normal(…))");
        new GanTrainer(generator, discriminator()).latent(Latent.normal(2, 2)).fit(bell());
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
        assertThat(new GanTrainer(generator(), discriminator()).fit(bell()).series())
                .containsExactly("discriminator loss", "generator loss", "D(x)", "D(G(z))");
        Sequential generator = sequential(dense(4, 16), relu(), dense(16, 1)).initialize(1);
        // a unit whose bias holds it below 0 is dead
        float[] bias = new float[16];
        for (int i = 0; i < 4; i++) {
            bias[i] = -100;
        }
        generator.parameters().get(1).set(bias);
        History history = new GanTrainer(generator, discriminator())
                .penalties(GradientPenalty.r1(1).every(4))
                .diagnose(4)
                .fit(bell());
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
        for (Parameter parameter : discriminator().parameters()) {
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
            Sequential generator = generator();
            GanTrainer trainer = new GanTrainer(generator, discriminator()).seed(5);
            (diagnosed ? trainer.diagnose(1) : trainer).fit(bell());
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
        Sequential generator =
                sequential(dense(4 + 2, 32), tanh(), dense(32, 1)).initialize(1);
        Sequential discriminator = sequential(dense(1 + 2, 32), tanh(), dense(32, 32), tanh(), dense(32, 1))
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
            Tensor made = generator.predict(Conditions.join(z, Conditions.oneHot(2, asked)));
            assertThat(mean(made)).as("label " + label).isCloseTo(label == 0 ? -2 : 1, within(0.3));
        }
        assertThatThrownBy(() -> new GanTrainer(generator, discriminator).fit(bell(), Conditions.oneHotDataset(2, 1)))
                .hasMessageContaining("there are 2048 items and 1 labels");
    }

    @Test
    void aPackThatDoesNotDivideTheBatchIsSaid() {
        Sequential packed = sequential(pack(3), dense(3, 1));
        assertThatThrownBy(() -> new GanTrainer(generator(), packed).batch(128).fit(bell()))
                .hasMessage("layer 0 Pack(3): got 128×1, wanted a batch size that is a multiple of 3");
    }

    private static ArrayDataset smallPictures() {
        return new ArrayDataset(Samples.normal(4, 24, 4, 4, 3).toArray(), 4, 4, 3);
    }

    private static GanTrainer ofPictures(Sequential generator, Sequential discriminator) {
        return new GanTrainer(generator, discriminator)
                .optimizers(Optimizers.sgd(0.1f), Optimizers.sgd(0.1f))
                .batch(8)
                .seed(3)
                .progress(Progress.silent());
    }

    private static Sequential painter() {
        return sequential(dense(5, 48), tanh(), reshape(4, 4, 3)).initialize(1);
    }

    private static Sequential judge() {
        return sequential(flatten(), dense(48, 1)).initialize(2);
    }

    private static List<float[]> values(Sequential network) {
        return network.parameters().stream()
                .map(parameter -> parameter.value().toArray())
                .toList();
    }

    /** What comes to the same: D has the augmentation for its first layers, and its gradient goes through them. */
    @Test
    void augmentingIsWhatLayersInFrontOfTheDiscriminatorDo() {
        Sequential painter = painter();
        Sequential judge = judge();
        History history = ofPictures(painter, judge).augment(diffAugment()).fit(smallPictures());
        Sequential otherPainter = painter();
        Sequential otherJudge = judge();
        History otherHistory =
                ofPictures(otherPainter, sequential(diffAugment(), otherJudge)).fit(smallPictures());
        assertThat(history.values("generator loss")).containsExactly(otherHistory.values("generator loss"));
        for (int i = 0; i < painter.parameters().size(); i++) {
            assertThat(values(painter).get(i))
                    .containsExactly(values(otherPainter).get(i));
        }
        assertThat(values(judge).get(0)).containsExactly(values(otherJudge).get(0));
        Sequential plainPainter = painter();
        ofPictures(plainPainter, judge()).fit(smallPictures());
        assertThat(values(plainPainter).get(0)).isNotEqualTo(values(painter).get(0));
    }

    /** With the augmentation in front, R1 is on the images before it; with augment, on those that D is shown. */
    @Test
    void penaltiesWorkWithAugmentations() {
        for (boolean inFront : new boolean[] {false, true}) {
            Sequential judge = judge();
            Sequential shown = inFront ? sequential(diffAugment(), judge) : judge;
            GanTrainer trainer = ofPictures(painter(), shown)
                    .penalties(GradientPenalty.r1(1).every(2), GradientPenalty.wganGp(0.1f));
            History history = (inFront ? trainer : trainer.augment(diffAugment())).fit(smallPictures());
            assertThat(history.last("gradient penalty")).isPositive();
        }
    }

    @Test
    void augmentationsAreRefusedWhereTheyCannotWork() {
        assertThatThrownBy(() -> ofPictures(painter(), judge()).augment(dense(3, 3)))
                .hasMessageContaining("this has parameters: [0.weight, 0.bias]");
        ArrayDataset labels = new ArrayDataset(new float[24], 1);
        assertThatThrownBy(() ->
                        ofPictures(painter(), judge()).augment(diffAugment()).fit(smallPictures(), labels))
                .hasMessageContaining("augmentations change images, and items with labels are flat rows");
    }

    private static Sequential judgeEndingIn(Layer... end) {
        return sequential(dense(1, 16), tanh(), dense(16, 1), sequential(end)).initialize(2);
    }

    /** With a sigmoid of D's own, D(x) stuck at 0.731, and the doctor saw nothing. */
    @Test
    void aDiscriminatorThatEndsInAnActivationIsRefused() {
        for (GanLoss loss : List.of(
                GanLoss.nonSaturating(),
                GanLoss.nonSaturating().smoothed(0.1f).flipped(0.1f),
                GanLoss.minimax(),
                GanLoss.hinge(),
                GanLoss.wasserstein())) {
            for (Layer end : List.of(sigmoid(), tanh(), relu(), softplus())) {
                for (Layer[] ending : new Layer[][] {{end}, {end, flatten()}, {sequential(end)}}) {
                    assertThatThrownBy(() -> new GanTrainer(generator(), judgeEndingIn(ending))
                                    .loss(loss)
                                    .fit(bell()))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageStartingWith("the discriminator ends in layer 3 layer 0 ")
                            .hasMessageContaining(end.name() + ", whose outputs are ")
                            .hasMessageContaining(loss.probabilities() ? "needs logits" : "needs scores")
                            .hasMessageEndingWith("remove that layer");
                }
            }
            assertThat(new GanTrainer(generator(), judgeEndingIn(leakyRelu(0.2f)))
                            .loss(loss)
                            .fit(bell())
                            .remarks())
                    .isEmpty();
        }
    }

    /** Its targets, 0 and 1, are a sigmoid's ends. */
    @Test
    void leastSquaresTakeASigmoidAndSaySo() {
        assertThat(new GanTrainer(generator(), judgeEndingIn(sigmoid()))
                        .loss(GanLoss.leastSquares())
                        .fit(bell())
                        .remarks())
                .containsExactly(
                        "the discriminator ends in layer 3 layer 0 Sigmoid, whose outputs are from 0 to 1: least"
                                + " squares take them, but G's gradient vanishes where D is sure, and in the"
                                + " paper's D no activation"
                                + " follows the last layer");
        assertThat(new GanTrainer(generator(), discriminator())
                        .loss(GanLoss.leastSquares())
                        .fit(bell())
                        .remarks())
                .isEmpty();
    }

    @Test
    void realItemsThatTheGeneratorNeverReachesAreRemarked() {
        Sequential painter = sequential(dense(4, 1), sigmoid());
        assertThat(new GanTrainer(painter, discriminator()).fit(bell()).remarks())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("real items lie from 1.")
                .contains("the generator ends in layer 1 Sigmoid, whose outputs are from 0 to 1: what lies outside is");
    }

    @Test
    void oneOptimiserForBothIsRefused() {
        Optimizer adam = Optimizers.adam(1e-3f);
        assertThatThrownBy(() -> new GanTrainer(generator(), discriminator()).optimizers(adam, adam))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the two networks have one optimiser, Adam(rate 0.001")
                .hasMessageEndingWith("make one for each, as in optimizers(adam(2e-4f), adam(2e-4f))");
        Sequential generator = generator();
        Sequential discriminator = discriminator();
        Optimizer other = Optimizers.adam(1e-3f);
        new GanTrainer(generator, discriminator).optimizers(adam, other).fit(bell());
        // the two exchanged are each other's
        assertThatThrownBy(() -> new GanTrainer(generator, discriminator)
                        .optimizers(other, adam)
                        .fit(bell()))
                .hasMessageContaining("trains another model");
        assertThatThrownBy(() -> new GanTrainer(generator, discriminator)
                        .optimizers(adam, other)
                        .stabilisers(new UnrolledDiscriminator(1, other))
                        .fit(bell()))
                .hasMessageContaining("give it an optimiser of its own");
    }

    @Test
    void networksThatTrainOneParameterAreRefused() {
        Sequential both = sequential(dense(1, 1));
        assertThatThrownBy(() -> new GanTrainer(both, both))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the generator and the discriminator are one network");
        Layer shared = dense(1, 4);
        Sequential generator = sequential(shared, tanh(), dense(4, 1)).initialize(1);
        Sequential discriminator = sequential(sequential(shared), dense(4, 1)).initialize(2);
        assertThatThrownBy(() -> new GanTrainer(generator, discriminator).fit(bell()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("share a layer, whose parameter is the discriminator's 0.0.weight")
                .hasMessageEndingWith("give each its own, or freeze the shared layer");
        shared.parameters().forEach(Parameter::freeze);
        assertThat(new GanTrainer(generator, discriminator).fit(bell()).size()).isEqualTo(16);
    }

    @Test
    void oneStabiliserTwiceIsRefused() {
        InstanceNoise noise = new InstanceNoise(0.1f, Schedule.constant());
        assertThatThrownBy(() -> new GanTrainer(generator(), discriminator())
                        .stabilisers(noise, new ExperienceReplay(8, 0.5f), noise))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stabilisers 0 and 2 are one object, InstanceNoise, whose memory both would write: make one"
                        + " for each place");
    }
}
