package io.github.grisaille.backend.cpu;

import static io.github.grisaille.nn.Layers.avgPool2d;
import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.elu;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.layerNorm;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.minibatchDeviation;
import static io.github.grisaille.nn.Layers.minibatchDiscrimination;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.sigmoid;
import static io.github.grisaille.nn.Layers.softplus;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.nn.Layers.upsample;
import static io.github.grisaille.nn.Layers.upsampleBilinear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import io.github.grisaille.train.Example;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The number of threads changes no bit, at sizes that are large enough to be shared. */
class ThreadsTest {
    private static final int BATCH = 37;

    /** What one thread makes, by the name of the work: the same for every other number of threads. */
    private static final Map<String, List<float[]>> OF_ONE_THREAD = new HashMap<>();

    /** Does the work with one thread and with many, and returns what one makes. */
    private static List<float[]> assertSameBits(String name, Function<Backend, List<float[]>> work, int threads) {
        List<float[]> one = OF_ONE_THREAD.computeIfAbsent(name, first -> work.apply(new JavaBackend(1)));
        List<float[]> many = work.apply(new JavaBackend(threads));
        assertThat(many).hasSameSizeAs(one);
        for (int i = 0; i < one.size(); i++) {
            assertThat(Arrays.mismatch(Samples.bits(many.get(i)), Samples.bits(one.get(i))))
                    .as("%s, result %s: the first value that differs", name, i)
                    .isEqualTo(-1);
        }
        return one;
    }

    private static Tensor uniform(Backend backend, long seed, int... shape) {
        Tensor tensor = backend.empty(Shape.of(shape));
        backend.uniform(new RandomStream(seed, 9), -1, 1, tensor);
        return tensor;
    }

    /** Weights after some steps, and losses, of a network with every kind of layer. */
    private static List<float[]> train(Backend backend) {
        Sequential network = sequential(
                        conv2d(3, 16, 4, 2, 1),
                        batchNorm(16),
                        leakyRelu(0.2f),
                        maxPool2d(2),
                        convTranspose2d(16, 9, 4, 2, 1, false),
                        layerNorm(16, 16, 9),
                        tanh(),
                        avgPool2d(2),
                        upsample(2),
                        upsampleBilinear(1, 2),
                        conv2d(9, 9, ConvGeometry.square(3, 1, 1).groups(3).stride(1, 2)),
                        spectralNorm(convTranspose2d(9, 9, 1, 1, 0), 2),
                        spectralNorm(conv2d(9, 5, 3, 3, 0)),
                        elu(1),
                        dropout(0.3f),
                        flatten(),
                        dense(125, 301),
                        softplus(),
                        minibatchDiscrimination(301, 20, 5),
                        minibatchDeviation(),
                        dense(322, 2),
                        sigmoid())
                .initialize(5);
        network.to(backend);
        History history = new Trainer(network, Losses.binaryCrossEntropy())
                .optimizer(Optimizers.adam(1e-3f).clipGradientNorm(0.5f))
                .steps(4)
                .seed(3)
                .progress(Progress.silent())
                .fit((step, random) -> new Example(uniform(backend, step, BATCH, 32, 32, 3), target(backend)));
        List<float[]> results = new ArrayList<>();
        network.parameters().forEach(parameter -> results.add(parameter.value().toArray()));
        double[] values = history.values("loss");
        float[] losses = new float[values.length];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = (float) values[i];
        }
        results.add(losses);
        return results;
    }

    private static Tensor target(Backend backend) {
        Tensor target = backend.empty(Shape.of(BATCH, 2));
        backend.fill(0.75f, target);
        return target;
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {2, 3, 7})
    void trainingIsBitIdenticalToOneThread(int threads) {
        assertSameBits("training", ThreadsTest::train, threads);
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {2, 3, 7})
    void largePrimitivesAreBitIdenticalToOneThread(int threads) {
        assertSameBits("primitives", ThreadsTest::primitives, threads);
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {2, 3, 7})
    void followingActivationsAreBitIdenticalToOneThread(int threads) {
        assertSameBits("activated", ThreadsTest::activated, threads);
    }

    /**
     * Products, convolutions and a normalisation, each followed by a bias or an activation. Their rows are no whole number
     * of vectors.
     */
    private static List<float[]> activated(Backend backend) {
        Activation tanh = new Activation(Activation.Kind.TANH);
        List<Tensor> results = new ArrayList<>();
        Tensor a = uniform(backend, 1, 307, 131);
        Tensor image = uniform(backend, 3, 11, 18, 18, 13);
        for (Activation f : new Activation[] {tanh, new Activation(Activation.Kind.LEAKY_RELU, 0.2f), null}) {
            for (int columns : new int[] {1, 7, 210}) {
                Tensor c = backend.empty(Shape.of(307, columns));
                backend.matmul(
                        Factor.of(a),
                        Factor.of(uniform(backend, 2, 131, columns)),
                        new Epilogue(uniform(backend, 7, columns), f),
                        Write.REPLACE,
                        c);
                results.add(c);
            }
            for (int channels : new int[] {3, 77}) {
                ConvGeometry g = ConvGeometry.square(4, 2, 1);
                Tensor weight = uniform(backend, 4, 4, 4, 13, channels);
                Tensor out = backend.empty(Shape.of(11, 9, 9, channels));
                backend.conv(image, weight, new Epilogue(uniform(backend, 8, channels), f), g, out);
                Tensor back = backend.empty(image.shape());
                backend.convTranspose(out, weight, Epilogue.activation(f), g, back);
                results.addAll(List.of(out, back));
            }
        }
        Tensor x = uniform(backend, 5, 1_001, 133);
        Tensor gain = uniform(backend, 6, 133);
        Tensor variance = backend.empty(gain.shape());
        Tensor y = backend.empty(x.shape());
        backend.fill(1, variance);
        backend.normalizeColumns(x, new Moments(gain, variance, 0.1f), new Affine(gain, gain), tanh, y);
        results.add(y);
        return results.stream().map(Tensor::toArray).toList();
    }

    /**
     * Means that need a correction, beside one that does not, and gradients that are computed a second time, because
     * some values were infinite.
     */
    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {2, 3, 7})
    void correctedMomentsAndGradientsAreBitIdenticalToOneThread(int threads) {
        List<float[]> one = assertSameBits("corrected", ThreadsTest::corrected, threads);
        assertThat(one.get(0)[0]).isBetween(999.99f, 1000f);
        assertThat(one).allMatch(ThreadsTest::finite);
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private static List<float[]> corrected(Backend backend) {
        int columns = 37;
        Tensor x = uniform(backend, 1, 9_001, columns);
        float[] values = x.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = i % columns == 5 ? values[i] : 1000 + 0.01f * (values[i] - 0.5f);
        }
        backend.write(values, x);
        Tensor[] vectors = new Tensor[6];
        Arrays.setAll(vectors, i -> backend.empty(Shape.of(columns)));
        backend.columnMoments(x, vectors[0], vectors[1]);
        backend.fill(1, vectors[2]);
        backend.fill(0, vectors[3]);
        Activation relu = new Activation(Activation.Kind.RELU);
        Tensor y = backend.empty(x.shape());
        Tensor dx = backend.empty(x.shape());
        Tensor dy = uniform(backend, 2, 9_001, columns);
        backend.normalizeColumns(
                x, new Moments(vectors[0], vectors[1], 1e-5f), new Affine(vectors[2], vectors[3]), relu, y);
        float[] slopes = dy.toArray();
        float[] outputs = y.toArray();
        for (int i = 0; i < slopes.length; i += 101) {
            slopes[i] = outputs[i] > 0 ? slopes[i] : Float.POSITIVE_INFINITY;
        }
        backend.write(slopes, dy);
        backend.normalizeColumnsGradients(
                x,
                y,
                dy,
                new Moments(vectors[0], vectors[1], 1e-5f),
                new Affine(vectors[2], vectors[3]),
                relu,
                new Affine(vectors[4], vectors[5]),
                dx);
        return Stream.of(vectors[0], vectors[1], y, vectors[4], vectors[5], dx)
                .map(Tensor::toArray)
                .toList();
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {2, 3, 7})
    void lossesAreBitIdenticalToOneThread(int threads) {
        assertSameBits("losses", ThreadsTest::losses, threads);
    }

    /** The value and the gradients of every loss, for values that several threads share. */
    private static List<float[]> losses(Backend backend) {
        Tensor x = uniform(backend, 1, 9_001, 17);
        Tensor p = backend.empty(x.shape());
        Tensor target = backend.empty(x.shape());
        backend.activate(new Activation(Activation.Kind.SIGMOID), x, p);
        backend.activate(new Activation(Activation.Kind.SIGMOID), uniform(backend, 2, 9_001, 17), target);
        Tensor value = backend.empty(Shape.of(1));
        Tensor gradient = backend.empty(x.shape());
        Tensor second = backend.empty(x.shape());
        List<float[]> results = new ArrayList<>();
        for (PointwiseLoss loss : PointwiseLoss.values()) {
            Tensor prediction = loss == PointwiseLoss.BINARY_CROSS_ENTROPY ? p : x;
            backend.pointwiseLoss(loss, prediction, target, 0.3f, value, gradient);
            results.add(value.toArray());
            results.add(gradient.toArray());
            backend.pointwiseLoss(loss, prediction, target, 0.3f, second, gradient);
            results.add(second.toArray());
            results.add(gradient.toArray());
        }
        Tensor rows = backend.empty(Shape.of(9_001));
        backend.softmaxCrossEntropy(x, target, 0.3f, value, gradient);
        backend.softmaxCrossEntropy(x, target, 0.3f, rows, second);
        results.add(value.toArray());
        results.add(gradient.toArray());
        results.add(rows.toArray());
        results.add(second.toArray());
        backend.gaussianKl(x, p, 0.3f, value, gradient, second);
        results.add(value.toArray());
        results.add(gradient.toArray());
        results.add(second.toArray());
        return results;
    }

    private static List<float[]> primitives(Backend backend) {
        Tensor a = uniform(backend, 1, 211, 307);
        Tensor b = uniform(backend, 2, 307, 127);
        Tensor c = backend.empty(Shape.of(211, 127));
        Tensor transposed = backend.empty(Shape.of(127, 127));
        Tensor narrow = backend.empty(Shape.of(211, 3));
        Tensor few = backend.empty(Shape.of(2, 307));
        Tensor column = backend.empty(Shape.of(3001, 1));
        Tensor row = backend.empty(Shape.of(1, 3001));
        Tensor sum = backend.empty(Shape.of(1));
        Tensor squares = backend.empty(Shape.of(1));
        Tensor columns = backend.empty(Shape.of(307));
        Tensor normal = backend.empty(Shape.of(100_003));
        Tensor manyNormals = backend.empty(Shape.of(300_001));
        Tensor dots = backend.empty(Shape.of(211));
        Tensor scaled = backend.empty(a.shape());
        Tensor curved = backend.empty(a.shape());
        Tensor grouped = a.reshape(211, 1, 307);
        Tensor near = backend.empty(Shape.of(211, 1));
        Tensor nearGradient = backend.empty(grouped.shape());
        backend.matmul(Factor.of(a), Factor.of(b), c);
        backend.matmul(Factor.transposed(b), Factor.of(b), transposed);
        backend.matmul(Factor.of(a), Factor.of(uniform(backend, 3, 307, 3)), narrow);
        backend.matmul(Factor.of(uniform(backend, 4, 2, 127)), Factor.transposed(b), few);
        backend.matmul(Factor.of(uniform(backend, 5, 3001, 131)), Factor.of(uniform(backend, 6, 131, 1)), column);
        backend.matmul(Factor.of(uniform(backend, 7, 1, 131)), Factor.of(uniform(backend, 8, 131, 3001)), row);
        backend.sum(a, sum);
        backend.sumOfSquares(a, Write.REPLACE, squares);
        backend.columnSums(a, Write.REPLACE, columns);
        backend.normal(new RandomStream(3, 1), 0, 1, normal);
        backend.normal(new RandomStream(3, 1), 0, 1, manyNormals);
        backend.itemDots(a, a, dots);
        backend.scaleItems(a, dots, scaled);
        backend.activateCurvature(new Activation(Activation.Kind.TANH), a, a, a, scaled, curved);
        backend.closeness(grouped, near);
        backend.closenessGradient(grouped, dots, nearGradient);
        return Stream.of(
                        c,
                        transposed,
                        narrow,
                        few,
                        column,
                        row,
                        sum,
                        squares,
                        columns,
                        normal,
                        manyNormals,
                        scaled,
                        curved,
                        near,
                        nearGradient)
                .map(Tensor::toArray)
                .toList();
    }

    @Test
    void theNumberOfThreadsIsChecked() {
        assertThat(JavaBackendProvider.threads(" 3 ")).isEqualTo(3);
        assertThat(JavaBackendProvider.threads(null)).isPositive();
        for (String wrong : new String[] {"0", "-1", "many", ""}) {
            assertThatThrownBy(() -> JavaBackendProvider.threads(wrong))
                    .hasMessage(
                            "-Dgrisaille.threads=" + wrong + ": the number of threads is a whole number of at least 1");
        }
        assertThatThrownBy(() -> new JavaBackend(0)).hasMessageContaining("at least 1 thread; got 0");
    }
}
