package io.github.grisaille.experiments;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.pack;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;

import io.github.grisaille.data.Mnist;
import io.github.grisaille.data.StackedDigits;
import io.github.grisaille.io.AtomicFile;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.metric.MnistClassifier;
import io.github.grisaille.metric.StackedMnist;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Weights;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.gan.GanTrainer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Trains a small convolutional GAN with packs of two on stacked MNIST and counts its modes: {@code ./lab train
 * stacked-mnist}. Writes a CSV with a line for each count, and the generator's weights.
 *
 * <p>Both networks have a hidden dense layer; without it neither sees more than the receptive field of its
 * convolutions, and a digit is larger. The discriminator has no batch normalisation and has R1 in every fourth step. γ
 * is 3 for the first thousand steps, in which the discriminator would otherwise win. Then γ is 1, because with γ 3 the
 * discriminator stays too weak to distinguish digits from scribbles. Adam 1e-3 with β₁ 0.5, with linear decay to 0 in
 * the last 4,000 of 9,000 steps, batch size 64, one seed. Counts during training use 2,600 samples, the last one
 * 26,000, as in the papers.
 */
final class StackedMnistTraining {
    private static final int PACK = 2;
    private static final long SEED = 1;
    private static final int LATENT = 64;
    private static final int WIDTH = 48;
    private static final int HIDDEN = 512;
    private static final int FIRST_STEPS = 1000;
    private static final float FIRST_GAMMA = 3;
    private static final int STEPS = 8000;
    private static final float GAMMA = 1;
    private static final int LAZY = 4;
    private static final int BATCH = 64;
    private static final float RATE = 1e-3f;
    private static final float BETA = 0.5f;
    private static final int COUNTED_EVERY = 500;
    private static final int FEW = 2_600;
    private static final int MANY = 26_000;
    private static final int AT_A_TIME = 500;
    private static final long JUDGED = 5;
    private static final int SIDE = 28;
    private static final int CHANNELS = 3;
    private static final int SMALL_SIDE = 7;
    private static final int KERNEL = 4;

    private final MnistClassifier classifier = MnistClassifier.shipped();
    private final StringBuilder csv = new StringBuilder("pack,step,samples,modes,divergence,core seconds\n");
    private final Sequential generator = generator().initialize(SEED);
    private final Sequential discriminator = discriminator().initialize(SEED + 1);
    private final double start = Samples.coreSeconds();
    private final Path file;

    private StackedMnistTraining(Path file) {
        this.file = file;
    }

    static void train(Path file) {
        new StackedMnistTraining(file).play();
    }

    private void play() {
        train(FIRST_GAMMA, FIRST_STEPS, 0, constant(), constant());
        train(GAMMA, STEPS, FIRST_STEPS, falling(), falling());
        String name = file.getFileName().toString().replaceFirst("\\.csv$", "") + ".safetensors";
        Weights.collect(generator)
                .describe("what", "a generator of stacked MNIST digits, by ./lab train stacked-mnist")
                .describe("steps", String.valueOf(FIRST_STEPS + STEPS))
                .write(file.resolveSibling(name));
    }

    /** Trains both networks for some steps, after {@code before} earlier steps. */
    private void train(float gamma, int steps, int before, Optimizer forGenerator, Optimizer forDiscriminator) {
        long seed = SEED + before;
        new GanTrainer(generator, discriminator)
                .optimizers(forGenerator, forDiscriminator)
                .penalties(GradientPenalty.r1(gamma).every(LAZY))
                .batch(BATCH)
                .seed(seed)
                .progress(Progress.silent())
                .everySteps(COUNTED_EVERY, step -> count(before + step))
                .fit(new StackedDigits(Mnist.train().scaled(-1, 1), steps * BATCH, seed));
    }

    private static Sequential generator() {
        return sequential(
                dense(LATENT, HIDDEN, false),
                batchNorm(HIDDEN),
                relu(),
                dense(HIDDEN, SMALL_SIDE * SMALL_SIDE * 2 * WIDTH, false),
                reshape(SMALL_SIDE, SMALL_SIDE, 2 * WIDTH),
                batchNorm(2 * WIDTH),
                relu(),
                convTranspose2d(2 * WIDTH, WIDTH, KERNEL, 2, 1, false),
                batchNorm(WIDTH),
                relu(),
                convTranspose2d(WIDTH, CHANNELS, KERNEL, 2, 1),
                tanh());
    }

    private static Sequential discriminator() {
        return sequential(
                pack(PACK),
                conv2d(PACK * CHANNELS, WIDTH, KERNEL, 2, 1),
                leakyRelu(0.2f),
                conv2d(WIDTH, 2 * WIDTH, KERNEL, 2, 1),
                leakyRelu(0.2f),
                flatten(),
                dense(SMALL_SIDE * SMALL_SIDE * 2 * WIDTH, HIDDEN),
                leakyRelu(0.2f),
                dense(HIDDEN, 1));
    }

    private static Optimizer constant() {
        return Optimizers.adam(RATE, BETA);
    }

    private static Optimizer falling() {
        return Optimizers.adam(RATE, BETA).schedule(Schedule.linear(STEPS / 2, STEPS, 0));
    }

    private void count(long step) {
        double seconds = Samples.coreSeconds() - start;
        int samples = step == FIRST_STEPS + STEPS ? MANY : FEW;
        StackedMnist counted = StackedMnist.of(draw(generator, samples), classifier);
        csv.append(String.format(
                Locale.ROOT,
                "%d,%d,%d,%d,%.4f,%.0f%n",
                PACK,
                step,
                samples,
                counted.modes(),
                counted.divergence(),
                seconds));
        AtomicFile.write(file, csv.toString().getBytes(StandardCharsets.UTF_8));
        System.out.println("step " + step + ": " + counted);
    }

    private static Tensor draw(Sequential generator, int samples) {
        RandomStream random = new RandomStream(JUDGED, 0);
        float[] images = new float[samples * SIDE * SIDE * CHANNELS];
        for (int from = 0; from < samples; from += AT_A_TIME) {
            int some = Math.min(AT_A_TIME, samples - from);
            Tensor drawn = generator.predict(Latent.normal(LATENT).draw(some, random, Backend.cpu()));
            System.arraycopy(drawn.toArray(), 0, images, from * SIDE * SIDE * CHANNELS, drawn.size());
        }
        return Tensor.of(images, samples, SIDE, SIDE, CHANNELS);
    }
}
