package io.github.grisaille.training;

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
import io.github.grisaille.train.GanTrainer;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Trains a small convolutional GAN on stacked MNIST, packed in twos and then not packed, and counts the modes that each
 * makes: {@code ./lab train stacked-mnist}. Writes a CSV, a line for each count, and beside it the weights of the packed
 * one's generator. Lines of a pack that the file already has are kept, and that pack is not played again.
 *
 * <p>Both networks have a hidden dense layer: digits are more than strokes, and without it neither sees further than its
 * convolutions do. The discriminator has no batch normalisation and is held by R1, every fourth step: with γ 3 for the
 * first thousand steps, in which it would otherwise win, and then with γ 1, since by γ 3 it stays too weak to tell
 * digits from scribbles. Adam 1e-3 with β₁ 0.5, falling to 0 in the last 4,000 of 9,000 steps, batches of 64, one seed.
 * Counts on the way are made of 2,600 samples, the last one of 26,000, as in the papers.
 */
final class StackedMnistTraining {
    private static final int[] PACKS = {2, 1};
    private static final int SHOWN_PACK = 2;
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
    private static final String HEADER = "pack,step,samples,modes,divergence,core seconds";

    private final MnistClassifier classifier = MnistClassifier.shipped();
    private final RunLines lines;
    private final int pack;
    private final Sequential generator = generator().initialize(SEED);
    private final Sequential discriminator;
    private final List<String> counts = new ArrayList<>();
    private double start;

    private StackedMnistTraining(RunLines lines, int pack) {
        this.lines = lines;
        this.pack = pack;
        this.discriminator = discriminator(pack).initialize(SEED + 1);
    }

    static void train(Path file) {
        RunLines lines = new RunLines(file, HEADER);
        for (int pack : PACKS) {
            if (!lines.has(pack + ",")) {
                Sequential generator = new StackedMnistTraining(lines, pack).play();
                if (pack == SHOWN_PACK) {
                    write(generator, file);
                }
            }
        }
    }

    private static void write(Sequential generator, Path file) {
        String name = file.getFileName().toString().replaceFirst("\\.csv$", "") + ".safetensors";
        Weights.collect(generator)
                .describe("what", "a generator of stacked MNIST digits, by ./lab train stacked-mnist")
                .describe("steps", String.valueOf(FIRST_STEPS + STEPS))
                .write(file.resolveSibling(name));
    }

    private Sequential play() {
        start = Samples.coreSeconds();
        train(FIRST_GAMMA, FIRST_STEPS, 0, constant(), constant());
        train(GAMMA, STEPS, FIRST_STEPS, falling(), falling());
        lines.add(counts);
        return generator;
    }

    /** Some steps of both networks; {@code before} have been made already. */
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

    private static Sequential discriminator(int pack) {
        return sequential(
                pack(pack),
                conv2d(pack * CHANNELS, WIDTH, KERNEL, 2, 1),
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
        counts.add(String.format(
                Locale.ROOT,
                "%d,%d,%d,%d,%.4f,%.0f",
                pack,
                step,
                samples,
                counted.modes(),
                counted.divergence(),
                seconds));
        System.out.println("pack " + pack + ", step " + step + ": " + counted);
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
