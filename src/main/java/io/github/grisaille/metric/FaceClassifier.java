package io.github.grisaille.metric;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.FaceAttribute;
import io.github.grisaille.data.Faces;
import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.loss.Loss;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Weights;
import io.github.grisaille.plot.Rows;
import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;

/**
 * A small convolutional classifier of drawn faces of 64×64 pixels. It predicts all {@link FaceAttribute}s at once, and
 * {@link FaceMetrics} uses its features. Pictures must have black as −1 and white as 1, like the output of a generator
 * that ends in tanh. They are processed in batches, so the memory needed does not grow with their number.
 *
 * <p>It was trained by this library with {@code ./lab train face-classifier}. Its accuracy is in {@link #accuracies}
 * and in experiments/README.md. It knows only drawn faces; its output for other pictures has no meaning.
 */
public final class FaceClassifier {
    /** The number of features of a face. */
    public static final int FEATURES = 128;

    private static final int SIDE = 64;
    private static final int CHANNELS = 3;
    private static final int KERNEL = 4;
    private static final PictureRunner RUNNER = new PictureRunner("faces", Shape.of(SIDE, SIDE, CHANNELS), 250);
    /** The number of logits: the classes of all attributes, side by side. */
    private static final int LOGITS = Arrays.stream(FaceAttribute.values())
            .mapToInt(FaceAttribute::classes)
            .sum();
    /** The number of layers that make the features. */
    private static final int FEATURE_LAYERS = 14;

    private final Sequential network;
    private final Sequential features;

    /** A classifier from a trained network with the layers of {@link #network()}. */
    public FaceClassifier(Sequential network) {
        this.network = network;
        this.features = network.slice(0, FEATURE_LAYERS);
    }

    /**
     * The untrained network. Its outputs are the logits of all attributes. The features are the outputs of the first
     * fourteen layers, before the ReLU: there, pictures that are not faces lie far away and not at 0.
     */
    public static Sequential network() {
        return sequential(
                conv2d(CHANNELS, 16, KERNEL, 2, 1, false),
                batchNorm(16),
                relu(),
                conv2d(16, 32, KERNEL, 2, 1, false),
                batchNorm(32),
                relu(),
                conv2d(32, 64, KERNEL, 2, 1, false),
                batchNorm(64),
                relu(),
                conv2d(64, 48, KERNEL, 2, 1, false),
                batchNorm(48),
                relu(),
                flatten(),
                dense(4 * 4 * 48, FEATURES),
                relu(),
                dropout(0.1f),
                dense(FEATURES, LOGITS));
    }

    /** The training loss: the sum of the softmax cross-entropies of all attributes. */
    public static Loss loss() {
        Loss ofOne = Losses.softmaxCrossEntropy();
        return (logits, targets, allocator) -> {
            Tensor total = allocator.empty(Shape.of(1));
            Tensor gradient = allocator.empty(logits.shape());
            logits.backend().fill(0, total);
            for (FaceAttribute attribute : FaceAttribute.values()) {
                int from = first(attribute);
                LossValue value = ofOne.evaluate(
                        columns(logits, attribute, allocator), columns(targets, attribute, allocator), allocator);
                logits.backend().add(total, value.value(), total);
                logits.backend().copyColumns(value.gradient(), 0, gradient, from, attribute.classes());
            }
            return new LossValue(total, gradient);
        };
    }

    private static Tensor columns(Tensor all, FaceAttribute attribute, Allocator allocator) {
        Tensor own = allocator.empty(Shape.of(all.axis(0), attribute.classes()));
        all.backend().copyColumns(all, first(attribute), own, 0, attribute.classes());
        return own;
    }

    /** The training targets: 1 in the column of each attribute's class, 0 in the others. */
    public static Dataset targets(Faces faces) {
        float[] targets = new float[Math.multiplyExact(faces.size(), LOGITS)];
        for (FaceAttribute attribute : FaceAttribute.values()) {
            int[] labels = faces.labels(attribute);
            for (int i = 0; i < labels.length; i++) {
                targets[i * LOGITS + first(attribute) + labels[i]] = 1;
            }
        }
        return new ArrayDataset(targets, LOGITS);
    }

    /** The first column of an attribute. */
    private static int first(FaceAttribute wanted) {
        return Arrays.stream(FaceAttribute.values())
                .limit(wanted.ordinal())
                .mapToInt(FaceAttribute::classes)
                .sum();
    }

    /** The trained classifier from the jar. */
    public static FaceClassifier shipped() {
        Sequential network = network();
        Weights.load(network, SafeTensors.resource(FaceClassifier.class, "face-classifier.safetensors"));
        return new FaceClassifier(network);
    }

    /** The features of each face: the output of the last hidden layer before its ReLU, (faces, 128). */
    public Tensor features(Tensor faces) {
        return features(Items.of(faces, "faces"));
    }

    /** The features of each face of a data set, (faces, 128). */
    public Tensor features(Dataset faces) {
        return Tensor.of(RUNNER.run(features, faces, FEATURES), faces.size(), FEATURES);
    }

    /** The probability of each class of an attribute for each face, (faces, classes). */
    public Tensor probabilities(Tensor faces, FaceAttribute attribute) {
        return probabilities(Items.of(faces, "faces"), attribute);
    }

    /** The probability of each class of an attribute for each face of a data set, (faces, classes). */
    public Tensor probabilities(Dataset faces, FaceAttribute attribute) {
        int classes = attribute.classes();
        float[] logits = logits(faces, RUNNER.run(network, faces, LOGITS), attribute);
        return Tensor.of(Probabilities.softmax(logits, classes), faces.size(), classes);
    }

    private static float[] logits(Dataset faces, float[] all, FaceAttribute attribute) {
        int classes = attribute.classes();
        float[] logits = new float[faces.size() * classes];
        for (int i = 0; i < faces.size(); i++) {
            System.arraycopy(all, i * LOGITS + first(attribute), logits, i * classes, classes);
        }
        return logits;
    }

    /** The most likely class of an attribute for each face. */
    public int[] classify(Tensor faces, FaceAttribute attribute) {
        return classify(Items.of(faces, "faces"), attribute);
    }

    /** The most likely class of an attribute for each face of a data set. */
    public int[] classify(Dataset faces, FaceAttribute attribute) {
        return classify(faces, RUNNER.run(network, faces, LOGITS), attribute);
    }

    private static int[] classify(Dataset faces, float[] all, FaceAttribute attribute) {
        return Classification.largest(Tensor.of(logits(faces, all, attribute), faces.size(), attribute.classes()));
    }

    /**
     * The accuracy for each attribute, and next to it the share of the most frequent class: the accuracy of always
     * guessing this class.
     */
    public Table accuracies(Faces faces) {
        Dataset pictures = faces.images().scaled(-1, 1);
        float[] all = RUNNER.run(network, pictures, LOGITS);
        Rows rows = Rows.titled(faces.size() + " faces", "attribute", "classes", "accuracy", "most frequent class");
        for (FaceAttribute attribute : FaceAttribute.values()) {
            int[] labels = faces.labels(attribute);
            int[] told = classify(pictures, all, attribute);
            double right = IntStream.range(0, labels.length)
                    .filter(i -> told[i] == labels[i])
                    .count();
            rows.add(attribute, attribute.classes(), right / labels.length, mostFrequent(labels, attribute));
        }
        return rows.table();
    }

    private static double mostFrequent(int[] labels, FaceAttribute attribute) {
        int[] counts = new int[attribute.classes()];
        for (int label : labels) {
            counts[label]++;
        }
        return (double) Arrays.stream(counts).max().orElseThrow() / labels.length;
    }
}
