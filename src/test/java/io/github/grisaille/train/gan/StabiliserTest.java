package io.github.grisaille.train.gan;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.Progress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class StabiliserTest {
    private static final Backend BACKEND = Backend.cpu();

    private static Sequential generator(long seed) {
        return sequential(dense(3, 8), batchNorm(8), tanh(), dense(8, 2)).initialize(seed);
    }

    private static Sequential discriminator() {
        return sequential(dense(2, 8), tanh(), dense(8, 1)).initialize(2);
    }

    private static ArrayDataset data() {
        return new ArrayDataset(Samples.normal(1, 320, 2).toArray(), 2);
    }

    private static GanTrainer trainer(Sequential generator, Sequential discriminator, Stabiliser... stabilisers) {
        return new GanTrainer(generator, discriminator)
                .optimizers(Optimizers.adam(1e-2f), Optimizers.adam(1e-2f))
                .stabilisers(stabilisers)
                .batch(32)
                .seed(7)
                .progress(Progress.silent());
    }

    private static Tensor constant(float value, int... shape) {
        Tensor tensor = BACKEND.empty(Shape.of(shape));
        BACKEND.fill(value, tensor);
        return tensor;
    }

    @Test
    void instanceNoiseDecays() {
        InstanceNoise noise = new InstanceNoise(0.4f, Schedule.linear(0, 10, 0));
        Tensor zeros = constant(0, 4000, 3);
        for (long step : new long[] {1, 6, 11}) {
            try (Pass pass = Pass.training(BACKEND, 1)) {
                StillGame game = StillGame.at(step);
                float[] shown = noise.show(zeros, game, pass).toArray();
                double squares = 0;
                for (int i = 0; i < shown.length; i++) {
                    squares += shown[i] * shown[i] / 12000;
                }
                assertThat(Math.sqrt(squares)).isCloseTo(0.4 * (11 - step) / 10, within(0.01));
            }
        }
        assertThatThrownBy(() -> new InstanceNoise(-1, Schedule.constant())).hasMessageContaining("at least 0");
    }

    @Test
    void replayMixesPastFakesIntoTheFreshOnes() {
        ExperienceReplay replay = new ExperienceReplay(8, 0.5f);
        replay.begin(StillGame.at(1));
        List<float[]> mixed = new ArrayList<>();
        for (int step = 1; step <= 6; step++) {
            try (Pass pass = Pass.training(BACKEND, 1)) {
                Tensor fresh = constant(step, 4, 3);
                mixed.add(replay.fakes(fresh, StillGame.at(step), pass).toArray());
                assertThat(fresh.toArray()).containsOnly(step);
            }
        }
        assertThat(mixed.get(0)).containsOnly(1);
        for (int step = 2; step <= 6; step++) {
            float[] values = mixed.get(step - 1);
            for (int i = 0; i < 4; i++) {
                float value = values[3 * i];
                assertThat(values[3 * i + 1]).isEqualTo(value);
                if (i < 2) {
                    assertThat(value).isBetween(1f, step - 1f);
                } else {
                    assertThat(value).isEqualTo(step);
                }
            }
        }
    }

    /** A fake's values are its label, so a fake with another label would show. */
    @Test
    void replayedFakesComeWithTheirLabels() {
        ExperienceReplay replay = new ExperienceReplay(8, 0.5f);
        replay.begin(StillGame.at(1));
        Set<Float> seen = new HashSet<>();
        for (int step = 1; step <= 6; step++) {
            try (Pass pass = Pass.training(BACKEND, 1)) {
                Tensor fresh = Samples.normal(step, 4, 3);
                float[] own = fresh.toArray();
                pass.labels(BACKEND.tensor(own, fresh.shape()));
                float[] mixed = replay.fakes(fresh, StillGame.at(step), pass).toArray();
                assertThat(pass.labels().toArray()).containsExactly(mixed);
                assertThat(mixed[0] == own[0]).isEqualTo(step == 1);
                seen.add(mixed[0]);
            }
        }
        assertThat(seen).hasSizeGreaterThan(2);
    }

    @Test
    void replayRefusesWhatMeansNothing() {
        assertThatThrownBy(() -> new ExperienceReplay(0, 0.5f)).hasMessageContaining("the capacity");
        assertThatThrownBy(() -> new ExperienceReplay(8, 1.5f)).hasMessageContaining("this one is 1.5");
    }

    /** Keeps the weights as they are when it is called. */
    private static final class Witness implements Stabiliser {
        private final List<float[]> before = new ArrayList<>();
        private final List<float[]> after = new ArrayList<>();
        private final boolean ofGenerator;

        Witness(boolean ofGenerator) {
            this.ofGenerator = ofGenerator;
        }

        private float[] weights(Game game) {
            Sequential network = ofGenerator ? game.generator() : game.discriminator();
            return network.parameters().get(0).value().toArray();
        }

        @Override
        public void beforeGeneratorStep(Game game) {
            before.add(weights(game));
        }

        @Override
        public void afterGeneratorStep(Game game) {
            after.add(weights(game));
        }
    }

    @Test
    void theAverageFollowsTheGenerator() {
        Sequential generator = generator(1);
        Sequential average = generator(9);
        float[] expected = generator.parameters().get(0).value().toArray();
        Witness witness = new Witness(true);
        trainer(generator, discriminator(), new MovingAverage(average, 0.75f), witness)
                .fit(data());
        assertThat(witness.after).hasSize(10);
        for (float[] weights : witness.after) {
            for (int i = 0; i < expected.length; i++) {
                expected[i] = 0.75f * expected[i] + 0.25f * weights[i];
            }
        }
        float[] actual = average.parameters().get(0).value().toArray();
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
        }
        for (int i = 0; i < 2; i++) {
            assertThat(average.buffers().get(i).value().toArray())
                    .containsExactly(generator.buffers().get(i).value().toArray());
        }
        assertThat(average.state().keySet()).isEqualTo(generator.state().keySet());
    }

    @Test
    void theAverageNeedsATwin() {
        Sequential generator = generator(1);
        assertThatThrownBy(() -> trainer(generator, discriminator(), new MovingAverage(generator, 0.9f))
                        .fit(data()))
                .hasMessageContaining("needs a network of its own");
        assertThatThrownBy(() -> trainer(generator, discriminator(), new MovingAverage(discriminator(), 0.9f))
                        .fit(data()))
                .hasMessageContaining("the generator has 0.weight 3×8");
        assertThatThrownBy(() -> new MovingAverage(generator, 1)).hasMessageContaining("this one is 1.0");
    }

    @Test
    void anUnrolledDiscriminatorLooksAheadAndComesBack() {
        Witness outside = new Witness(false);
        Witness inside = new Witness(false);
        UnrolledDiscriminator unrolled = new UnrolledDiscriminator(3, Optimizers.sgd(0.1f));
        trainer(generator(1), discriminator(), outside, unrolled, inside).fit(data());
        // "outside" looks before the look ahead, "inside" between it and G's step, and again after it
        for (int step = 0; step < 10; step++) {
            assertThat(inside.before.get(step)).isNotEqualTo(outside.before.get(step));
            assertThat(inside.after.get(step)).containsExactly(outside.before.get(step));
        }
        assertThatThrownBy(() -> new UnrolledDiscriminator(0, Optimizers.sgd(0.1f)))
                .hasMessageContaining("the number of steps to unroll is at least 1");
    }

    @Test
    void featureMatchingAgreesWithTorchAndWithFiniteDifferences() {
        Sequential d = discriminator();
        Tensor real = Samples.normal(3, 6, 2);
        Tensor fake = Samples.normal(4, 6, 2);
        StillGame game = new StillGame(1, null, d, real, new RandomStream(1, 4));
        FeatureMatching matching = new FeatureMatching(2);
        LossValue loss;
        try (Pass pass = game.open()) {
            loss = matching.evaluate(fake, game, pass);
        }
        org.bytedeco.pytorch.Tensor leaf = Torch.leaf(fake);
        org.bytedeco.pytorch.Tensor expected = features(d, leaf)
                .sub(features(d, Torch.constant(real)))
                .pow(new Scalar(2.0))
                .sum();
        expected.backward();
        assertThat(loss.value().item()).isCloseTo(expected.item_float(), within(1e-6f));
        Samples.assertClose("gradient", loss.gradient().toArray(), Torch.values(Torch.gradient(leaf)), 10);
        float h = 1e-2f;
        float[] values = fake.toArray();
        values[3] += h;
        double above = value(matching, game, BACKEND.tensor(values, fake.shape()));
        values[3] -= 2 * h;
        double below = value(matching, game, BACKEND.tensor(values, fake.shape()));
        assertThat((above - below) / (2 * h)).isCloseTo(loss.gradient().toArray()[3], within(5e-4));
        assertThat(d.parameters()).noneMatch(parameter -> parameter.hasGradient());
    }

    private static org.bytedeco.pytorch.Tensor features(Sequential d, org.bytedeco.pytorch.Tensor x) {
        org.bytedeco.pytorch.Tensor weight =
                Torch.constant(d.parameters().get(0).value());
        org.bytedeco.pytorch.Tensor bias = Torch.constant(d.parameters().get(1).value());
        return torch.tanh(x.mm(weight).add(bias)).mean(new long[] {0}, false, Torch.none());
    }

    private static double value(FeatureMatching matching, StillGame game, Tensor fake) {
        try (Pass pass = game.open()) {
            return matching.evaluate(fake, game, pass).value().item();
        }
    }

    /** With the identity for features the loss is the squared distance of the means. */
    @Test
    void featureMatchingByHand() {
        Sequential d = sequential(dense(1, 1), dense(1, 1));
        d.parameters().get(0).set(1);
        Tensor real = Tensor.of(new float[] {1, 3}, 2, 1);
        Tensor fake = Tensor.of(new float[] {4, 6}, 2, 1);
        StillGame game = new StillGame(1, null, d, real, new RandomStream(1, 4));
        try (Pass pass = game.open()) {
            LossValue loss = new FeatureMatching(1).evaluate(fake, game, pass);
            assertThat(loss.value().item()).isEqualTo(9);
            assertThat(loss.gradient().toArray()).containsExactly(3, 3);
        }
        try (Pass pass = game.open()) {
            assertThatThrownBy(() -> new FeatureMatching(2).evaluate(fake, game, pass))
                    .hasMessageContaining("which has 2 layers: use fewer than that, not 2");
        }
    }

    @Test
    void latentsCanBeJoinedAndHoldSigns() {
        Latent latent = Latent.normal(2).with(Latent.signs(6));
        assertThat(latent.item()).isEqualTo(Shape.of(8));
        float[] z = latent.draw(1000, 3).toArray();
        assertThat(latent.draw(1000, 3).toArray()).containsExactly(z);
        int positive = 0;
        for (int i = 0; i < z.length; i++) {
            if (i % 8 >= 2) {
                assertThat(z[i]).isIn(-1f, 1f);
                positive += z[i] > 0 ? 1 : 0;
            } else {
                assertThat(Math.abs(z[i])).isNotEqualTo(1f);
            }
        }
        assertThat(positive / 6000.0).isCloseTo(0.5, within(0.02));
        assertThatThrownBy(() -> Latent.normal(2, 2).with(Latent.signs(1)))
                .hasMessageContaining("with() joins vectors, and these items have the shapes 2×2 and 1");
    }

    @Test
    void conditionsAreOneHot() {
        assertThat(Conditions.oneHot(3, 2, 0).toArray()).containsExactly(0, 0, 1, 1, 0, 0);
        assertThatThrownBy(() -> Conditions.oneHot(3, 1, 3)).hasMessageContaining("label 1 is 3");
    }
}
