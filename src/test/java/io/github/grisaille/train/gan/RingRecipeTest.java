package io.github.grisaille.train.gan;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.nn.Initializers;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.Progress;
import org.junit.jupiter.api.Test;

/** The recipe that covers the ring: discrete bits in z, R1, a rate that falls, an averaged generator. */
class RingRecipeTest {
    private static final int BATCH = 256;

    private static Sequential generator(int width, long seed) {
        return sequential(
                        dense(8, width),
                        leakyRelu(0.2f),
                        dense(width, width),
                        leakyRelu(0.2f),
                        dense(width, width),
                        leakyRelu(0.2f),
                        dense(width, 2))
                .initialize(Initializers.uniformFanIn(), seed);
    }

    private static Sequential discriminator(int width, long seed) {
        return sequential(
                        dense(2, width),
                        leakyRelu(0.2f),
                        dense(width, width),
                        leakyRelu(0.2f),
                        dense(width, width),
                        leakyRelu(0.2f),
                        dense(width, 1))
                .initialize(Initializers.uniformFanIn(), seed);
    }

    private static Optimizer adam(int steps) {
        return Optimizers.adam(1e-3f, 0.5f).schedule(Schedule.linear(steps / 2, steps, 0));
    }

    /** What the averaged generator covers after so many steps. */
    static Ring.Score play(int steps, int width, float gamma, long seed) {
        Sequential generator = generator(width, 2 * seed);
        Sequential averaged = generator(width, 2 * seed);
        Latent latent = Latent.normal(2).with(Latent.signs(6));
        new GanTrainer(generator, discriminator(width, 2 * seed + 1))
                .latent(latent)
                .optimizers(adam(steps), adam(steps))
                .penalties(GradientPenalty.r1(gamma))
                .stabilisers(new MovingAverage(averaged, 0.995f))
                .batch(BATCH)
                .seed(seed)
                .progress(Progress.silent())
                .fit(Ring.data(BATCH * steps, seed));
        return Ring.score(averaged.predict(latent.draw(2500, seed + 1000)));
    }

    @Test
    void aShortRunFindsEveryMode() {
        Ring.Score score = play(1500, 64, 0.01f, 1);
        assertThat(score.modes()).isEqualTo(8);
        assertThat(score.highQuality()).isGreaterThan(0.9);
    }

    @Test
    void realPointsScoreAsTheyShould() {
        ArrayDataset data = Ring.data(2500, 3);
        float[] points = new float[5000];
        for (int i = 0; i < 2500; i++) {
            data.read(i, points, 2 * i);
        }
        Ring.Score score = Ring.score(Tensor.of(points, 2500, 2));
        assertThat(score.modes()).isEqualTo(8);
        assertThat(score.highQuality()).isBetween(0.98, 0.995);
    }
}
