package io.github.grisaille.experiments;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.metric.MnistClassifier;
import io.github.grisaille.metric.MnistMetrics;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Weights;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Example;
import io.github.grisaille.train.ExampleSource;
import io.github.grisaille.train.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/**
 * Trains the digit classifier of the MNIST metrics: {@code ./lab train mnist-classifier}. It is trained on the 60,000
 * training digits, each moved by up to two pixels at random, for a fixed number of epochs. The test digits are used
 * once, at the end. The shipped weights are from 15 epochs with seed 1: 292 seconds on two cores, test accuracy 0.9938.
 */
final class MnistClassifierTraining {
    private static final long SEED = 1;
    private static final int EPOCHS = 15;
    private static final int BATCH = 128;
    private static final float RATE = 1e-3f;
    private static final int REACH = 2;
    private static final int SIDE = 28;
    private static final int CLASSES = 10;

    private MnistClassifierTraining() {}

    static void train(Path file) {
        long start = System.nanoTime();
        ImageDataset digits = Mnist.train().scaled(-1, 1);
        long perEpoch = new Batches(digits.size(), BATCH, SEED).perEpoch();
        Sequential network = MnistClassifier.network().initialize(SEED);
        new Trainer(network, Losses.softmaxCrossEntropy())
                .optimizer(Optimizers.adam(RATE).schedule(Schedule.cosine(EPOCHS * perEpoch, 0)))
                .steps(EPOCHS * perEpoch)
                .seed(SEED)
                .everySteps(
                        perEpoch,
                        step -> System.out.printf(Locale.ROOT, "epoch %d, %.0f s%n", step / perEpoch, seconds(start)))
                .fit(shifted(digits));
        MnistClassifier classifier = new MnistClassifier(network);
        ImageDataset test = Mnist.test().scaled(-1, 1);
        String accuracy = String.format(Locale.ROOT, "%.4f", classifier.accuracy(test));
        String time = String.format(Locale.ROOT, "%.0f", seconds(start));
        Weights.collect(network)
                .describe("what", "a classifier of MNIST digits, by ./lab train mnist-classifier")
                .describe("layers", network.layers().stream().map(Layer::name).collect(Collectors.joining(", ")))
                .describe("seed", String.valueOf(SEED))
                .describe("epochs", String.valueOf(EPOCHS))
                .describe("seconds", time)
                .describe("test accuracy", accuracy)
                .write(file);
        System.out.println(file + ": test accuracy " + accuracy + ", trained for " + time + " s");
        System.out.println(controls(classifier, digits, test).printAll());
    }

    /** The MNIST metrics of 10,000 real digits and of 10,000 noise images. */
    private static Table controls(MnistClassifier classifier, ImageDataset train, ImageDataset test) {
        int count = test.size();
        Tensor noise = Backend.cpu().empty(Shape.of(count, SIDE * SIDE));
        Backend.cpu().uniform(new RandomStream(SEED, 0), -1, 1, noise);
        Map<String, Dataset> sets = new LinkedHashMap<>();
        sets.put("training digits", train.take(count));
        sets.put("noise", new ArrayDataset(noise.toArray(), SIDE * SIDE));
        return new MnistMetrics(classifier, test).table(sets, SEED);
    }

    /** Batches of digits, each moved by at most two pixels at random. New pixels at the edge are black. */
    private static ExampleSource shifted(ImageDataset digits) {
        Batches batches = new Batches(digits.size(), BATCH, SEED);
        return (step, random) -> {
            int[] indices = batches.indices(step);
            float[] images = new float[indices.length * SIDE * SIDE];
            float[] targets = new float[indices.length * CLASSES];
            float[] image = new float[SIDE * SIDE];
            for (int i = 0; i < indices.length; i++) {
                digits.read(indices[i], image, 0);
                shift(image, images, i * SIDE * SIDE, random);
                targets[i * CLASSES + digits.label(indices[i])] = 1;
            }
            return new Example(
                    Tensor.of(images, indices.length, SIDE, SIDE, 1), Tensor.of(targets, indices.length, CLASSES));
        };
    }

    private static void shift(float[] image, float[] images, int offset, RandomStream random) {
        int down = random.nextInt(2 * REACH + 1) - REACH;
        int right = random.nextInt(2 * REACH + 1) - REACH;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int fromY = y - down;
                int fromX = x - right;
                boolean inside = fromY >= 0 && fromY < SIDE && fromX >= 0 && fromX < SIDE;
                images[offset + y * SIDE + x] = inside ? image[fromY * SIDE + fromX] : -1;
            }
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
