package io.github.grisaille.experiments;

import static io.github.grisaille.nn.Layers.randomTranslation;
import static io.github.grisaille.nn.Layers.sequential;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Faces;
import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.metric.FaceClassifier;
import io.github.grisaille.metric.FaceMetrics;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Weights;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/**
 * Trains the classifier of the face metrics: {@code ./lab train face-classifier}. It is trained on 20,000 faces, each
 * moved by up to two pixels at random, for a fixed number of epochs. The held-out faces are used once, at the end.
 */
final class FaceClassifierTraining {
    private static final long SEED = 1;
    private static final int FACES = 20_000;
    private static final int EPOCHS = 30;
    private static final int BATCH = 128;
    private static final float RATE = 2e-3f;
    private static final float REACH = 2 / 64f;

    private FaceClassifierTraining() {}

    static void train(Path file) {
        Faces faces = Faces.draw(FACES, SEED);
        ImageDataset pictures = faces.images().scaled(-1, 1);
        Sequential network = FaceClassifier.network().initialize(SEED);
        long steps = EPOCHS * new Batches(FACES, BATCH, SEED).perEpoch();
        double start = Samples.coreSeconds();
        new Trainer(sequential(randomTranslation(REACH), network), FaceClassifier.loss())
                .optimizer(Optimizers.adam(RATE).schedule(Schedule.cosine(steps, 0)))
                .epochs(EPOCHS)
                .batch(BATCH)
                .seed(SEED)
                .progress(Progress.silent())
                .everyEpochs(
                        1,
                        epoch -> System.out.printf(
                                Locale.ROOT, "epoch %d, %.0f core seconds%n", epoch, Samples.coreSeconds() - start))
                .fit(pictures, FaceClassifier.targets(faces));
        String seconds = String.format(Locale.ROOT, "%.0f", Samples.coreSeconds() - start);
        FaceClassifier classifier = new FaceClassifier(network);
        Faces heldOut = FaceMetrics.heldOut();
        Table accuracies = classifier.accuracies(heldOut);
        String mean = String.format(
                Locale.ROOT, "%.4f", accuracies.numberColumn("accuracy").mean());
        Weights.collect(network)
                .describe("what", "a classifier of drawn faces, by ./lab train face-classifier")
                .describe("layers", network.layers().stream().map(Layer::name).collect(Collectors.joining(", ")))
                .describe("seed", String.valueOf(SEED))
                .describe("faces", String.valueOf(FACES))
                .describe("epochs", String.valueOf(EPOCHS))
                .describe("core seconds", seconds)
                .describe("mean accuracy on held-out faces", mean)
                .write(file);
        System.out.println(file + ": mean accuracy " + mean + " on held-out faces, " + seconds + " core seconds");
        System.out.println(accuracies.printAll());
        System.out.println(controls(classifier, pictures, heldOut).printAll());
    }

    /** The face metrics of training faces and of noise. */
    private static Table controls(FaceClassifier classifier, ImageDataset train, Faces heldOut) {
        int count = FaceMetrics.HELD_OUT;
        Tensor noise = Backend.cpu().empty(train.first(1).shape().withBatch(count));
        Backend.cpu().uniform(new RandomStream(SEED, 0), -1, 1, noise);
        Map<String, Dataset> sets = new LinkedHashMap<>();
        sets.put("training faces", train.take(count));
        sets.put("noise", new ArrayDataset(noise.toArray(), train.shape()));
        return new FaceMetrics(classifier, heldOut.images().scaled(-1, 1)).table(sets, SEED);
    }
}
