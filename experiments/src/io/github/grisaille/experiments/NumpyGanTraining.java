package io.github.grisaille.experiments;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.sigmoid;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.optim.Optimizers.adam;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.metric.MnistMetrics;
import io.github.grisaille.nn.Initializers;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Weights;
import io.github.grisaille.plot.Rows;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.gan.GanTrainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Trains the NumPy GAN of notebook 06 for five epochs, and then a small DCGAN for five epochs: {@code ./lab train
 * numpy-gan}. The NumPy GAN has its original networks: a dense generator that ends in a sigmoid, and a convolutional
 * discriminator with max pooling. Two things differ from the original. Adam (2e-4, β₁ 0.5) replaces gradient descent at
 * 1e-3, with which it does not learn. R1 (γ 1, every fourth step) is added for D, because without it G makes the same
 * picture for every z. A step takes about 13 GFLOP and the five epochs 62 TFLOP; the DCGAN takes a fifth.
 *
 * <p>Writes {@code numpy-gan.csv} with the losses, D's outputs and the MNIST-FID (of 10,000 samples) of each epoch,
 * {@code numpy-gan-curve.csv} with means over every 67 steps, {@code numpy-gan.safetensors} with sixteen samples per
 * epoch for the same z, from −1 to 1, and the generators' weights. All are written again after every epoch, so a
 * stopped run keeps its finished epochs.
 */
final class NumpyGanTraining {
    private static final int LATENT = 100;
    private static final int SIDE = 28;
    private static final int BATCH = 64;
    private static final int EPOCHS = 5;
    private static final int LAZY = 4;
    /** An epoch has 938 steps, so it gives 14 points. */
    private static final int POINT = 67;

    private static final int MEASURED = 10_000;
    private static final int SHOWN = 16;
    private static final long Z_SEED = 7;
    private static final String[] SERIES = {"discriminator loss", "generator loss", "D(x)", "D(G(z))"};

    private final Path folder;
    private final MnistMetrics metrics = new MnistMetrics();
    private final Tensor z = Latent.normal(LATENT).draw(MEASURED, Z_SEED);
    private final SafeTensors gallery =
            new SafeTensors().describe("what", "16 samples an epoch, for the same z, from -1 (black) to 1 (white)");
    private final Rows log = Rows.titled(
            "log",
            "network",
            "epoch",
            "discriminator loss",
            "generator loss",
            "D(x)",
            "D(G(z))",
            "MNIST-FID",
            "core seconds");
    private final Rows curve =
            Rows.titled("curve", "network", "step", "discriminator loss", "generator loss", "D(x)", "D(G(z))");

    private NumpyGanTraining(Path folder) {
        this.folder = folder;
    }

    static void run(Path folder) {
        NumpyGanTraining runs = new NumpyGanTraining(folder);
        runs.play(
                "NumPy GAN",
                "numpy-gan",
                numpyGenerator(),
                numpyDiscriminator(),
                0,
                GradientPenalty.r1(1).every(LAZY));
        runs.play("small DCGAN", "small-dcgan", dcganGenerator(), dcganDiscriminator(), -1);
    }

    private static Sequential numpyGenerator() {
        return sequential(
                        dense(LATENT, 256),
                        leakyRelu(0.2f),
                        dense(256, 512),
                        leakyRelu(0.2f),
                        dense(512, 1024),
                        leakyRelu(0.2f),
                        dense(1024, SIDE * SIDE),
                        sigmoid(),
                        reshape(SIDE, SIDE, 1))
                .initialize(1);
    }

    private static Sequential numpyDiscriminator() {
        return sequential(
                        conv2d(1, 32, 5, 1, 2),
                        leakyRelu(0.2f),
                        maxPool2d(2),
                        conv2d(32, 64, 5, 1, 2),
                        leakyRelu(0.2f),
                        maxPool2d(2),
                        flatten(),
                        dense(7 * 7 * 64, 512),
                        leakyRelu(0.2f),
                        dense(512, 1))
                .initialize(2);
    }

    private static Sequential dcganGenerator() {
        return sequential(
                        dense(LATENT, 7 * 7 * 64, false),
                        reshape(7, 7, 64),
                        batchNorm(64),
                        relu(),
                        convTranspose2d(64, 32, 4, 2, 1, false),
                        batchNorm(32),
                        relu(),
                        convTranspose2d(32, 1, 4, 2, 1),
                        tanh())
                .initialize(Initializers.dcgan(), 1);
    }

    private static Sequential dcganDiscriminator() {
        return sequential(
                        conv2d(1, 32, 4, 2, 1),
                        leakyRelu(0.2f),
                        conv2d(32, 64, 4, 2, 1, false),
                        batchNorm(64),
                        leakyRelu(0.2f),
                        flatten(),
                        dense(7 * 7 * 64, 1))
                .initialize(Initializers.dcgan(), 2);
    }

    /**
     * Trains one GAN.
     *
     * @param file the beginning of the file name for the generator's weights
     * @param black the value of black for these networks, 0 or −1; white is 1
     */
    private void play(
            String name,
            String file,
            Sequential generator,
            Sequential discriminator,
            float black,
            GradientPenalty... penalties) {
        Dataset digits = Mnist.train().scaled(black, 1);
        GanTrainer trainer = new GanTrainer(generator, discriminator)
                .optimizers(adam(2e-4f, 0.5f), adam(2e-4f, 0.5f))
                .penalties(penalties)
                .batch(BATCH);
        double seconds = 0;
        for (int epoch = 1; epoch <= EPOCHS; epoch++) {
            double start = Samples.coreSeconds();
            History history = trainer.seed(epoch).fit(digits);
            seconds += Samples.coreSeconds() - start;
            Tensor made = fromMinusOne(generator.predict(z), black);
            double fid = metrics.fid(made).value();
            double[] means = Arrays.stream(SERIES)
                    .mapToDouble(series -> history.lastMean(series, history.size()))
                    .toArray();
            log.add(name, epoch, means[0], means[1], means[2], means[3], fid, Math.round(seconds));
            addCurve(name, (epoch - 1) * history.size(), history);
            gallery.put(name + ", epoch " + epoch, Samples.first(made, SHOWN));
            Samples.writeCsv(log.table(), folder.resolve("numpy-gan.csv"));
            Samples.writeCsv(curve.table(), folder.resolve("numpy-gan-curve.csv"));
            gallery.write(folder.resolve("numpy-gan.safetensors"));
            Weights.collect(generator)
                    .describe("what", "the generator of " + name + " in numpy-gan.csv")
                    .describe("epochs", String.valueOf(epoch))
                    .write(folder.resolve(file + "-generator.safetensors"));
            System.out.printf(
                    Locale.ROOT, "%s, epoch %d: MNIST-FID %.1f, %.0f core seconds%n", name, epoch, fid, seconds);
        }
    }

    private void addCurve(String name, int before, History history) {
        for (int from = 0; from + POINT <= history.size(); from += POINT) {
            int start = from;
            List<Double> means = Arrays.stream(SERIES)
                    .map(series -> Arrays.stream(history.values(series), start, start + POINT)
                            .average()
                            .orElseThrow())
                    .toList();
            curve.add(name, before + from + POINT, means.get(0), means.get(1), means.get(2), means.get(3));
        }
    }

    /** Converts pixels to values from −1 to 1, which the metrics need. */
    private static Tensor fromMinusOne(Tensor images, float black) {
        Backend backend = images.backend();
        float span = 1 - black;
        Tensor shift = backend.empty(images.shape());
        Tensor scaled = backend.empty(images.shape());
        backend.fill(1 - 2 / span, shift);
        backend.scale(images, 2 / span, scaled);
        backend.add(scaled, shift, scaled);
        return scaled;
    }
}
