package io.github.grisaille.train.gan;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.pack;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.sigmoid;
import static io.github.grisaille.nn.Layers.softplus;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.train.Latent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a GAN trainer refuses or remarks before the first step. */
class GanTrainerChecksTest {
    @Test
    void aGeneratorWhoseInputIsNotKnownNeedsALatent() {
        Sequential generator = sequential(reshape(4), dense(4, 1));
        assertThatThrownBy(() -> new GanTrainer(generator, Bell.discriminator()).fit(Bell.bell()))
                .hasMessageContaining("say latent(Latent.normal(…))");
        new GanTrainer(generator, Bell.discriminator())
                .latent(Latent.normal(2, 2))
                .fit(Bell.bell());
    }

    @Test
    void aPackThatDoesNotDivideTheBatchIsSaid() {
        Sequential packed = sequential(pack(3), dense(3, 1));
        assertThatThrownBy(() ->
                        new GanTrainer(Bell.generator(), packed).batch(128).fit(Bell.bell()))
                .hasMessage("layer 0 Pack(3): got 128×1, wanted a batch size that is a multiple of 3");
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
                    assertThatThrownBy(() -> new GanTrainer(Bell.generator(), judgeEndingIn(ending))
                                    .loss(loss)
                                    .fit(Bell.bell()))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageStartingWith("the discriminator ends in layer 3 layer 0 ")
                            .hasMessageContaining(end.name() + ", whose outputs are ")
                            .hasMessageContaining(loss.probabilities() ? "needs logits" : "needs scores")
                            .hasMessageEndingWith("remove that layer");
                }
            }
            assertThat(new GanTrainer(Bell.generator(), judgeEndingIn(leakyRelu(0.2f)))
                            .loss(loss)
                            .fit(Bell.bell())
                            .remarks())
                    .isEmpty();
        }
    }

    /** Its targets, 0 and 1, are a sigmoid's ends. */
    @Test
    void leastSquaresTakeASigmoidAndSaySo() {
        assertThat(new GanTrainer(Bell.generator(), judgeEndingIn(sigmoid()))
                        .loss(GanLoss.leastSquares())
                        .fit(Bell.bell())
                        .remarks())
                .containsExactly(
                        "the discriminator ends in layer 3 layer 0 Sigmoid, whose outputs are from 0 to 1: least"
                                + " squares take them, but G's gradient vanishes where D is certain; in the paper, no activation"
                                + " follows D's last layer");
        assertThat(new GanTrainer(Bell.generator(), Bell.discriminator())
                        .loss(GanLoss.leastSquares())
                        .fit(Bell.bell())
                        .remarks())
                .isEmpty();
    }

    @Test
    void realItemsThatTheGeneratorNeverReachesAreRemarked() {
        Sequential painter = sequential(dense(4, 1), sigmoid());
        assertThat(new GanTrainer(painter, Bell.discriminator())
                        .fit(Bell.bell())
                        .remarks())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("real items lie from 1.")
                .contains("the generator ends in layer 1 Sigmoid, whose outputs are from 0 to 1: values outside are");
    }

    @Test
    void oneOptimiserForBothIsRefused() {
        Optimizer adam = Optimizers.adam(1e-3f);
        assertThatThrownBy(() -> new GanTrainer(Bell.generator(), Bell.discriminator()).optimizers(adam, adam))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the two networks have one optimiser, Adam(rate 0.001")
                .hasMessageEndingWith("make one for each, as in optimizers(adam(2e-4), adam(2e-4))");
        Sequential generator = Bell.generator();
        Sequential discriminator = Bell.discriminator();
        Optimizer other = Optimizers.adam(1e-3f);
        new GanTrainer(generator, discriminator).optimizers(adam, other).fit(Bell.bell());
        // the two exchanged are each other's
        assertThatThrownBy(() -> new GanTrainer(generator, discriminator)
                        .optimizers(other, adam)
                        .fit(Bell.bell()))
                .hasMessageContaining("trains another model");
        assertThatThrownBy(() -> new GanTrainer(generator, discriminator)
                        .optimizers(adam, other)
                        .stabilisers(new UnrolledDiscriminator(1, other))
                        .fit(Bell.bell()))
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
        assertThatThrownBy(() -> new GanTrainer(generator, discriminator).fit(Bell.bell()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("share a layer, whose parameter is the discriminator's 0.0.weight")
                .hasMessageEndingWith("give each its own, or freeze the shared layer");
        shared.parameters().forEach(Parameter::freeze);
        assertThat(new GanTrainer(generator, discriminator).fit(Bell.bell()).size())
                .isEqualTo(16);
    }

    @Test
    void oneStabiliserTwiceIsRefused() {
        InstanceNoise noise = new InstanceNoise(0.1f, Schedule.constant());
        assertThatThrownBy(() -> new GanTrainer(Bell.generator(), Bell.discriminator())
                        .stabilisers(noise, new ExperienceReplay(8, 0.5f), noise))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "stabilisers 0 and 2 are one object, InstanceNoise, and both would write its memory: make one"
                                + " for each place");
    }
}
