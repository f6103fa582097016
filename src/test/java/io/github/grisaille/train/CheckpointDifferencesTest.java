package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.optim.Optimizers.adam;
import static io.github.grisaille.optim.Optimizers.sgd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.gan.ExperienceReplay;
import io.github.grisaille.train.gan.FeatureMatching;
import io.github.grisaille.train.gan.GanTrainer;
import io.github.grisaille.train.gan.InstanceNoise;
import io.github.grisaille.train.gan.MovingAverage;
import io.github.grisaille.train.gan.Stabiliser;
import io.github.grisaille.train.gan.UnrolledDiscriminator;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a checkpoint says to a training that is not the one that wrote it. */
class CheckpointDifferencesTest extends CheckpointTestFolder {
    @Test
    void anotherTrainingIsRefusedWithEveryDifference() {
        resumed(CheckpointScenario.EVERYTHING);
        assertThatThrownBy(() -> resumed(CheckpointScenario.VAE))
                .hasMessageContaining("is a checkpoint of another training than this one: ")
                .hasMessageContaining("training was GanTrainer, and is VaeTrainer");
        CheckpointScenario.Training training = CheckpointScenario.EVERYTHING.make();
        GanTrainer trainer = ((GanTrainer) training.settings())
                .loss(GanLoss.nonSaturating().smoothed(0.1f).flipped(0.06f))
                .penalties(GradientPenalty.r1(0.1f).every(8))
                .stabilisers(
                        new InstanceNoise(0.3f, Schedule.linear(0, 10, 0)),
                        new ExperienceReplay(16, 0.5f),
                        new UnrolledDiscriminator(1, sgd(1e-2f)),
                        new MovingAverage(training.networks().get(2), 0.99f))
                .generatorObjective(new FeatureMatching(5))
                .latent(Latent.normal(6))
                .optimizers(adam(2e-3f, 0.5f), adam(1e-3f, 0.5f).schedule(Schedule.warmUp(3)))
                .diagnose(4)
                .batch(6)
                .seed(6)
                .checkpoints(Checkpoints.in(folder));
        float[] before = training.networks().get(0).parameters().get(0).value().toArray();
        assertThatThrownBy(() -> trainer.fit(CheckpointScenario.items(28, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batch was 8, and is 6")
                .hasMessageContaining("seed was 5, and is 6")
                .hasMessageContaining("loss is another one")
                .hasMessageContaining("real items was 30 items of [3], sums ")
                .hasMessageContaining("penalties was [R1(γ 0.1, every 4 steps), WGAN-GP(λ 0.1)")
                .hasMessageContaining("latent was 6 ")
                .hasMessageContaining("diagnosed every was 3, and is 4")
                .hasMessageContaining("objective.layers was 6, and is 5")
                .hasMessageContaining("stabilisers.0.deviation was 0.2, and is 0.3")
                .hasMessageContaining("stabilisers.0.schedule is another one")
                .hasMessageContaining("stabilisers.1.capacity was 12, and is 16")
                .hasMessageContaining("stabilisers.1.share was 0.25, and is 0.5")
                .hasMessageContaining("stabilisers.2.steps was 2, and is 1")
                .hasMessageContaining("stabilisers.2.lookahead.kind was Adam(rate 0.01")
                .hasMessageContaining("stabilisers.3.decay was 0.9, and is 0.99")
                .hasMessageContaining(
                        "optimizers.generator.kind was Adam(rate 0.001, betas 0.5 and 0.999), and is Adam(rate 0.002,")
                .hasMessageContaining(
                        "optimizers.discriminator.kind was Adam(rate 0.001, betas 0.5 and 0.999, weight decay"
                                + " 0.01, gradient norm up to 0.5), and is")
                .hasMessageContaining("optimizers.discriminator.schedule is another one")
                .hasMessageContaining("it holds the tensors [stabilisers.2.lookahead.1.weight.exp_avg, ");
        assertThat(training.networks().get(0).parameters().get(0).value().toArray())
                .containsExactly(before);
    }

    @Test
    void anotherModelIsRefused() {
        resumed(CheckpointScenario.PLAIN_GAN);
        Sequential generator = sequential(dense(4, 17), tanh(), dense(17, 3)).initialize(1);
        Sequential discriminator =
                sequential(dense(3, 16), leakyRelu(0.3f), dense(16, 1)).initialize(2);
        discriminator.layers().get(0).parameters().get(0).freeze();
        GanTrainer trainer = new GanTrainer(generator, discriminator)
                .batch(8)
                .epochs(3)
                .seed(5)
                .checkpoints(Checkpoints.in(folder));
        assertThatThrownBy(() -> trainer.fit(CheckpointScenario.items(30, 3)))
                .hasMessageContaining("generator was Dense(4 → 16), Tanh, Dense(16 → 3), and is Dense(4 → 17)")
                .hasMessageContaining(
                        "LeakyReLU(0.2), Dense(16 → 1), and is Dense(3 → 16), LeakyReLU(0.3), Dense(16 → 1);"
                                + " frozen: 0.weight")
                .hasMessageContaining("generator.0.weight had shape [4, 16], and has [4, 17]");
    }

    @Test
    void aStabiliserThatDoesNotSayWhatItCarriesIsRefused() {
        CheckpointScenario.Training training = CheckpointScenario.PLAIN_GAN.make();
        ((GanTrainer) training.settings()).stabilisers(new Stabiliser() {}).checkpoints(Checkpoints.in(folder));
        assertThatThrownBy(training.fit()::get)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("does not say what it keeps from step to step");
    }

    @Test
    void aGradientLeftBehindByACallbackIsNoticed() {
        CheckpointScenario.Training training = CheckpointScenario.PLAIN_GAN.make();
        Sequential generator = training.networks().get(0);
        training.settings().checkpoints(Checkpoints.in(folder)).everySteps(4, step -> {
            try (Pass pass = Pass.training(generator.backend(), 1)) {
                Tensor made = generator.forward(Latent.normal(4).draw(2, 1), pass);
                generator.backward(made, pass, Wanted.PARAMETERS);
            }
        });
        assertThatThrownBy(training.fit()::get)
                .hasMessageContaining("generator.0.weight has a gradient that no optimiser has used.");
    }

    @Test
    void aNewerVersionIsSaidAndNotPassedOver() throws IOException {
        interrupted(CheckpointScenario.PLAIN_GAN, 3);
        Path file = folder.resolve("step-00000003.json");
        rewrite(file, "\"version\":2", "\"version\":3");
        assertThatThrownBy(() -> resumed(CheckpointScenario.PLAIN_GAN))
                .isInstanceOf(IllegalArgumentException.class)
                .isNotInstanceOf(DamagedCheckpointException.class)
                .hasMessageContaining("was written by a newer version of grisaille (format 3; this one reads up to 2)");
    }

    @Test
    void anotherJavaIsRemarked() throws IOException {
        interrupted(CheckpointScenario.PLAIN_GAN, 3);
        Path file = folder.resolve("step-00000003.json");
        rewrite(file, "\"Java\":\"\\d+\"", "\"Java\":\"16\"");
        CheckpointScenario.Training training = CheckpointScenario.PLAIN_GAN.make();
        training.settings().checkpoints(Checkpoints.in(folder));
        assertThat(training.fit().get().remarks().get(0))
                .startsWith("this run went on at step 3 from a checkpoint made by {Java=16")
                .endsWith("the last bits can differ from those of a run that was not stopped");
    }
}
