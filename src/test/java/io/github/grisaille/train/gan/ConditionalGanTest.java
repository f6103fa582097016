package io.github.grisaille.train.gan;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conditionalBatchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.globalSum;
import static io.github.grisaille.nn.Layers.joinEmbedding;
import static io.github.grisaille.nn.Layers.joinLabels;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.pack;
import static io.github.grisaille.nn.Layers.projection;
import static io.github.grisaille.nn.Layers.randomTranslation;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.optim.Optimizers.adam;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Workspace;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.Trainer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** GANs of images that follow the labels that they are given. */
class ConditionalGanTest {
    private static final int COUNT = 768;

    private static GanTrainer trainer(Sequential generator, Sequential discriminator) {
        return new GanTrainer(generator, discriminator).batch(64).seed(3).progress(Progress.silent());
    }

    private static History train(GanTrainer trainer) {
        return trainer.fit(Bars.pictures(COUNT), Conditions.oneHotDataset(Bars.CLASSES, Bars.labels(COUNT)));
    }

    /** Asks for each class, and returns the share of the pictures that show it. */
    private static double followed(Sequential generator, Latent latent) {
        int[] asked = Bars.labels(300);
        Tensor z = latent.draw(asked.length, 9);
        return Bars.share(generator.predict(z, Conditions.oneHot(Bars.CLASSES, asked)), asked);
    }

    @Test
    void aGeneratorWithLabelMapsMakesWhatItIsAskedFor() {
        Sequential generator = sequential(
                        joinLabels(3),
                        convTranspose2d(8 + 3, 32, 4, 1, 0, false),
                        batchNorm(32),
                        relu(),
                        convTranspose2d(32, 1, 4, 2, 1),
                        tanh())
                .initialize(1);
        Sequential discriminator = sequential(
                        joinLabels(3),
                        conv2d(1 + 3, 16, 4, 2, 1),
                        leakyRelu(0.2f),
                        conv2d(16, 32, 4, 2, 1),
                        leakyRelu(0.2f),
                        flatten(),
                        dense(2 * 2 * 32, 1))
                .initialize(2);
        assertThat(followed(generator, Latent.normal(1, 1, 8))).isLessThan(0.6);
        train(trainer(generator, discriminator)
                .optimizers(adam(2e-3f, 0.5f), adam(2e-3f, 0.5f))
                .penalties(GradientPenalty.r1(0.1f))
                .epochs(30));
        assertThat(followed(generator, Latent.normal(1, 1, 8))).isGreaterThan(0.8);
    }

    /** Miyato and Koyama's networks in small: projection in D, conditional normalisation in G, hinge loss. */
    @Test
    void aProjectionDiscriminatorTeachesAGeneratorToFollowLabels() {
        Sequential generator = sequential(
                        dense(8, 4 * 4 * 32),
                        reshape(4, 4, 32),
                        conditionalBatchNorm(32, 3),
                        relu(),
                        convTranspose2d(32, 32, 4, 2, 1, false),
                        conditionalBatchNorm(32, 3),
                        relu(),
                        conv2d(32, 1, 3, 1, 1),
                        tanh())
                .initialize(1);
        Sequential discriminator = sequential(
                        spectralNorm(conv2d(1, 32, 3, 1, 1)),
                        leakyRelu(0.2f),
                        spectralNorm(conv2d(32, 32, 4, 2, 1)),
                        leakyRelu(0.2f),
                        spectralNorm(conv2d(32, 64, 4, 2, 1)),
                        leakyRelu(0.2f),
                        globalSum(),
                        spectralNorm(projection(3, 64)))
                .initialize(2);
        assertThat(followed(generator, Latent.normal(8))).isLessThan(0.6);
        train(trainer(generator, discriminator)
                .loss(GanLoss.hinge())
                .optimizers(adam(1e-3f, 0), adam(2e-3f, 0))
                .epochs(30));
        assertThat(followed(generator, Latent.normal(8))).isGreaterThan(0.9);
    }

    /** G and D see labels as before, and everything that stabilises a game sees them too. */
    @Test
    void labelsGoThroughAllParts() {
        Sequential generator =
                sequential(joinEmbedding(3, 2), dense(10, 64), reshape(8, 8, 1)).initialize(1);
        Sequential average = sequential(joinEmbedding(3, 2), dense(10, 64), reshape(8, 8, 1));
        Sequential discriminator = sequential(
                        joinLabels(3), pack(2), flatten(), dense(2 * 64 * 4, 5), tanh(), dense(5, 1))
                .initialize(2);
        History history = train(trainer(generator, discriminator)
                .penalties(GradientPenalty.r1(0.1f), GradientPenalty.wganGp(1), GradientPenalty.dragan(1, 0.1f))
                .stabilisers(
                        new InstanceNoise(0.1f, step -> 1),
                        new ExperienceReplay(100, 0.5f),
                        new UnrolledDiscriminator(1, adam(1e-3f)),
                        new MovingAverage(average, 0.9f))
                .generatorObjective(new FeatureMatching(5))
                .augment(randomTranslation(1 / 8f))
                .diagnose(2));
        assertThat(history.last("gradient penalty")).isPositive();
        assertThat(followed(average, Latent.normal(8))).isBetween(0.0, 1.0);
    }

    /** A penalty between a real item and an old fake is taken at a label between theirs. */
    @Test
    void aPointBetweenTwoLabelsHasALabelBetween() {
        Backend backend = Backend.cpu();
        // D(x, y) = y₁ · x, whose slope along x is y₁
        Sequential d = sequential(projection(2, 1));
        for (Parameter parameter : d.parameters()) {
            parameter.set(new float[parameter.shape().size()]);
        }
        d.parameters().get(2).set(0, 1);
        Tensor x = Samples.normal(1, 4000, 1);
        float[] first = new float[8000];
        float[] second = new float[8000];
        for (int i = 0; i < 8000; i += 2) {
            first[i] = 1;
            second[i + 1] = 1;
        }
        try (Pass onReal = Pass.training(backend, 1).labels(Tensor.of(first, 4000, 2));
                Pass onFake = Pass.training(backend, 1).labels(Tensor.of(second, 4000, 2))) {
            Tensor logits = d.forward(x, onReal);
            GradientPenalty.Shown shown = new GradientPenalty.Shown(x, logits, onReal, x, onFake);
            float value = GradientPenalty.wganGp(1)
                    .add(d, shown, new Workspace(backend), new RandomStream(1, 1))
                    .item();
            // the mean of (share − 1)² over shares from 0 to 1
            assertThat(value).isBetween(0.31f, 0.36f);
            assertThat(GradientPenalty.r1(2)
                            .add(d, shown, new Workspace(backend), new RandomStream(1, 1))
                            .item())
                    .isZero();
            assertThat(GradientPenalty.dragan(1, 1)
                            .add(d, shown, new Workspace(backend), new RandomStream(1, 1))
                            .item())
                    .isEqualTo(1);
        }
    }

    @Test
    void theSizeOfZIsKnownBehindLabels() {
        Sequential judge = sequential(flatten(), dense(64, 1));
        for (Sequential generator : List.of(
                sequential(joinLabels(3), dense(5 + 3, 64), reshape(8, 8, 1)),
                sequential(joinEmbedding(3, 2), dense(5 + 2, 64), reshape(8, 8, 1)),
                sequential(joinLabels(3), convTranspose2d(5 + 3, 1, 8, 1, 0)),
                sequential(joinEmbedding(3, 4), convTranspose2d(5 + 4, 1, 8, 1, 0)),
                sequential(dense(5, 64), reshape(8, 8, 1), conditionalBatchNorm(1, 3)))) {
            assertThat(train(trainer(generator, judge)).size()).isEqualTo(12);
        }
        assertThatThrownBy(() -> train(trainer(sequential(joinLabels(3), convTranspose2d(8, 1, 4, 1, 0)), judge)))
                .hasMessageContaining(
                        "the generator makes 4×4×1 of a z of shape 1×1×5, and a real item has the shape 8×8×1");
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeTheFirstStep() {
        Sequential blindG = sequential(dense(5, 64), reshape(8, 8, 1));
        Sequential blindD = sequential(flatten(), dense(64, 1));
        Sequential g = sequential(joinLabels(3), dense(5 + 3, 64), reshape(8, 8, 1));
        Sequential d = sequential(flatten(), joinLabels(3), dense(64 + 3, 1));
        Dataset data = Bars.pictures(12);
        assertThatThrownBy(() -> trainer(blindG, blindD).fit(data, Conditions.oneHotDataset(3, Bars.labels(12))))
                .hasMessage("no layer of the generator or of the discriminator reads labels, so nothing would use them:"
                        + " begin the networks with joinLabels(3), or call fit without labels");
        assertThatThrownBy(() -> trainer(g, blindD).fit(data))
                .hasMessageContaining("the generator reads labels of 3 classes, and this training has no labels: call"
                        + " fit(images, labels)");
        assertThatThrownBy(() -> trainer(blindG, d).fit(data))
                .hasMessageContaining("the discriminator reads labels of 3 classes");
        assertThatThrownBy(() -> trainer(g, d).fit(data, Conditions.oneHotDataset(4, Bars.labels(12))))
                .hasMessageContaining("the generator reads labels of 3 classes, and these labels have 4 columns");
        assertThatThrownBy(() -> trainer(g, d).fit(data, Conditions.oneHotDataset(3, Bars.labels(9))))
                .hasMessageContaining("there are 12 items and 9 labels");
        assertThatThrownBy(() -> trainer(g, d).fit(data, new ArrayDataset(new float[36], 3, 1)))
                .hasMessageContaining("12 labels of shape [3, 1]");
        assertThatThrownBy(
                        () -> new Trainer(d, Losses.meanSquaredError()).fit(data, new ArrayDataset(new float[12], 1)))
                .hasMessageContaining("the model reads labels of 3 classes, and this training has no labels");
    }

    @Test
    void labelsThatOnlyOnePlayerReadsAreRemarked() {
        Sequential g = sequential(joinLabels(3), dense(5 + 3, 64), reshape(8, 8, 1));
        Sequential blindD = sequential(flatten(), dense(64, 1));
        assertThat(train(trainer(g, blindD)).remarks())
                .anySatisfy(remark -> assertThat(remark).contains("the discriminator reads no labels"));
    }
}
