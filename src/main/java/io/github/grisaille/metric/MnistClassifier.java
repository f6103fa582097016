package io.github.grisaille.metric;

import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Weights;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * A small convolutional classifier of MNIST digits. {@link MnistMetrics} uses its features. Digits must have 28×28×1 or
 * 784 values with black as −1 and white as 1, like the output of a generator that ends in tanh. They are processed in
 * batches, so the memory needed does not grow with their number. Digits from 0 to 1 are not refused, but the classifier
 * sees them as gray on gray, so the measures are wrong.
 *
 * <p>It was trained by this library with {@code ./lab train mnist-classifier} (seed 1, 15 epochs, 292 seconds on two
 * cores). Its test accuracy is 99.38%. experiments/README.md has the details.
 */
public final class MnistClassifier {
    /** The number of features of a digit. */
    public static final int FEATURES = 128;

    private static final int SIDE = 28;
    private static final int CLASSES = 10;
    private static final PictureRunner RUNNER = new PictureRunner("digits", Shape.of(SIDE, SIDE, 1), 500);
    /** The number of layers that make the features. */
    private static final int FEATURE_LAYERS = 9;

    private final Sequential network;
    private final Sequential features;

    /** A classifier from a trained network with the layers of {@link #network()}. */
    public MnistClassifier(Sequential network) {
        this.network = network;
        this.features = network.slice(0, FEATURE_LAYERS);
    }

    /** The untrained network: ten logits for a 28×28×1 digit. The features are the outputs of the first nine layers. */
    public static Sequential network() {
        return sequential(
                conv2d(1, 16, 5, 1, 2),
                relu(),
                maxPool2d(2),
                conv2d(16, 32, 5, 1, 2),
                relu(),
                maxPool2d(2),
                flatten(),
                dense(7 * 7 * 32, FEATURES),
                relu(),
                dropout(0.5f),
                dense(FEATURES, CLASSES));
    }

    /** The trained classifier from the jar. */
    public static MnistClassifier shipped() {
        Sequential network = network();
        Weights.load(network, SafeTensors.resource(MnistClassifier.class, "mnist-classifier.safetensors"));
        return new MnistClassifier(network);
    }

    /** The features of each digit: the output of the last hidden layer, (digits, 128). */
    public Tensor features(Tensor digits) {
        return features(Items.of(digits, "digits"));
    }

    /** The features of each digit of a data set, (digits, 128). */
    public Tensor features(Dataset digits) {
        return Tensor.of(RUNNER.run(features, digits, FEATURES), digits.size(), FEATURES);
    }

    /** The probability of each class 0 … 9 for each digit, (digits, 10). */
    public Tensor probabilities(Tensor digits) {
        return probabilities(Items.of(digits, "digits"));
    }

    /** The probability of each class 0 … 9 for each digit of a data set, (digits, 10). */
    public Tensor probabilities(Dataset digits) {
        return Tensor.of(Probabilities.softmax(RUNNER.run(network, digits, CLASSES), CLASSES), digits.size(), CLASSES);
    }

    /** The most likely class of each digit. */
    public int[] classify(Tensor digits) {
        return classify(Items.of(digits, "digits"));
    }

    /** The most likely class of each digit of a data set. */
    public int[] classify(Dataset digits) {
        float[] logits = RUNNER.run(network, digits, CLASSES);
        return IntStream.range(0, digits.size())
                .map(i -> IntStream.range(0, CLASSES)
                        .reduce((a, b) -> logits[i * CLASSES + b] > logits[i * CLASSES + a] ? b : a)
                        .orElseThrow())
                .toArray();
    }

    /** The share of digits that are classified correctly. */
    public double accuracy(ImageDataset digits) {
        int[] classes = classify(digits);
        return IntStream.range(0, classes.length)
                .map(i -> classes[i] == digits.label(i) ? 1 : 0)
                .average()
                .orElseThrow();
    }
}
