package io.github.grisaille.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.backend.cpu.JavaBackend;
import io.github.grisaille.backend.cpu.PlainLoops;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.AdamStep;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.RmspropStep;
import io.github.grisaille.tensor.SgdStep;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every primitive on the GPU against the Java backend's plain loops. */
class CudaAgreementTest {
    private static final JavaBackend JAVA = PlainLoops.backend(1);
    private static CudaBackend cuda;

    /** What primitives make on a backend, by name. */
    interface Primitives {
        void run(Bench bench);
    }

    /** Inputs drawn alike on every backend, and outputs. */
    static final class Bench {
        final Backend backend;
        final Map<String, float[]> results = new LinkedHashMap<>();
        private final Map<String, Tensor> outputs = new LinkedHashMap<>();
        private long seed;

        Bench(Backend backend) {
            this.backend = backend;
        }

        /** Values between −1 and 1. */
        Tensor in(int... shape) {
            Tensor drawn = JAVA.empty(Shape.of(shape));
            JAVA.uniform(new RandomStream(++seed, 0), -1, 1, drawn);
            return drawn.to(backend);
        }

        Tensor positive(int... shape) {
            Tensor drawn = JAVA.empty(Shape.of(shape));
            JAVA.uniform(new RandomStream(++seed, 1), 0.05f, 0.95f, drawn);
            return drawn.to(backend);
        }

        /** Something to be written, full of other values before. */
        Tensor out(String name, int... shape) {
            Tensor tensor = in(shape);
            outputs.put(name, tensor);
            return tensor;
        }

        Tensor out(String name, Tensor like) {
            return out(name, like.shape().toArray());
        }

        Map<String, float[]> read() {
            outputs.forEach((name, tensor) -> results.put(name, tensor.toArray()));
            return results;
        }
    }

    @BeforeAll
    static void open() {
        CudaStandIn.orSkip();
        cuda = new CudaBackend(CudaBackend.Precision.FLOAT32);
    }

    @AfterAll
    static void close() {
        if (cuda != null) {
            cuda.close();
        }
    }

    /** Some of these tests on another backend. */
    static void on(CudaBackend other, Consumer<CudaAgreementTest> tests) {
        cuda = other;
        tests.accept(new CudaAgreementTest());
    }

    /** All of these tests but the slowest, on another backend: for programs without JUnit. */
    static void everything(CudaBackend other) {
        on(other, test -> {
            test.simpleOperations();
            test.extremeValues();
            test.randomNumbersAreTheSameBits();
            test.sums();
            test.otherLosses();
            test.optimiserSteps();
            test.varianceOfDataWithALargeMean();
            test.activationsThatFollowAreOneKernelAndTheSameValues();
            test.productsWithALongSumAreSplit();
            test.largeTiles();
            matrices().forEach(each -> test.columnsAndNormalisation((int) each.get()[0], (int) each.get()[1]));
            convolutions().forEach(each -> test.convolution((ConvGeometry) each.get()[0], (int[]) each.get()[1]));
            windows().forEach(test::pooling);
            for (Activation.Kind kind : Activation.Kind.values()) {
                test.activations(kind);
            }
            for (PointwiseLoss loss : PointwiseLoss.values()) {
                test.pointwiseLosses(loss);
            }
        });
    }

    private static void agree(int terms, Primitives primitives) {
        Bench expected = new Bench(JAVA);
        Bench actual = new Bench(cuda);
        primitives.run(expected);
        primitives.run(actual);
        Map<String, float[]> values = actual.read();
        expected.read().forEach((name, wanted) -> Samples.assertClose(name, values.get(name), wanted, terms));
    }

    private static void sameBits(Primitives primitives) {
        Bench expected = new Bench(JAVA);
        Bench actual = new Bench(cuda);
        primitives.run(expected);
        primitives.run(actual);
        Map<String, float[]> values = actual.read();
        expected.read()
                .forEach((name, wanted) -> assertThat(values.get(name)).as(name).containsExactly(wanted));
    }

    private static int[] sizes() {
        return new int[] {1, 3, 6, 13, 17, 207, 1024, 5003};
    }

    @Test
    void simpleOperations() {
        for (int n : sizes()) {
            sameBits(bench -> {
                Backend b = bench.backend;
                Tensor x = bench.in(n);
                Tensor y = bench.in(n);
                b.fill(0.3f, bench.out("fill", n));
                b.copy(x, bench.out("copy", n));
                b.add(x, y, bench.out("add", n));
                b.multiply(x, y, bench.out("multiply", n));
                b.scale(x, 0.7f, bench.out("scale", n));
                b.clamp(x, -0.3f, 0.4f, bench.out("clamp", n));
                Tensor chain = bench.out("chain", n);
                b.add(x, y, chain);
                b.multiply(chain, chain, chain);
                b.scale(chain, 3, chain);
                b.add(chain, x, chain);
                Tensor items = bench.in(5, n);
                b.scaleItems(items, bench.in(5), bench.out("scaled items", items));
                b.scaleItems(items, bench.in(1), bench.out("scaled by one", items));
                b.gatherRows(items, new int[] {4, 0, 4, 2}, bench.out("gathered", 4, n));
                b.copyColumns(items, n / 2, bench.out("columns", 5, n + 3), 2, n - n / 2);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.Kind.class)
    void activations(Activation.Kind kind) {
        Activation f = new Activation(kind, 0.3f);
        for (int n : sizes()) {
            sameBits(bench -> {
                Backend b = bench.backend;
                Tensor x = bench.in(n);
                b.scale(x, 5, x);
                Tensor y = bench.out("y", n);
                b.activate(f, x, y);
                b.activateGradient(f, x, y, bench.in(n), bench.out("gradient", n));
                b.activateCurvature(f, x, y, bench.in(n), bench.in(n), bench.out("curvature", n));
            });
        }
    }

    @Test
    void extremeValues() {
        float[] extremes = {0, -0f, 1e30f, -1e30f, 90, -90, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE, 88.8f};
        for (Activation.Kind kind : Activation.Kind.values()) {
            Activation f = new Activation(kind, 0.3f);
            sameBits(bench -> {
                Tensor x = bench.backend.tensor(extremes, Shape.of(extremes.length));
                bench.backend.activate(f, x, bench.out(kind.toString(), extremes.length));
            });
        }
    }

    @Test
    void randomNumbersAreTheSameBits() {
        for (int n : new int[] {1, 2, 3, 4, 5, 1023, 10_001}) {
            sameBits(bench -> {
                RandomStream random = new RandomStream(0x123456789ABCDEFL, -7, 0xFFFFFFF0L);
                bench.backend.uniform(random, -2, 3, bench.out("uniform", n));
                bench.backend.normal(random, 1, 2, bench.out("normal", n));
                bench.backend.dropout(random, 0.3f, bench.in(n), bench.out("mask", n), bench.out("dropped", n));
                bench.results.put("position", new float[] {random.position() - 0xFFFFFFF0L});
            });
        }
    }

    @Test
    void sums() {
        for (int n : new int[] {1, 6, 207, 5003, 300_001}) {
            agree(n, bench -> {
                Backend b = bench.backend;
                Tensor x = bench.in(n);
                b.sum(x, bench.out("sum", 1));
                b.sumOfSquares(x, false, bench.out("squares", 1));
                b.sumOfSquares(x, true, bench.out("more squares", 1));
            });
        }
        for (int n : sizes()) {
            agree(n, bench -> bench.backend.itemDots(bench.in(3, n), bench.in(3, n), bench.out("dots", 3)));
        }
    }

    static Stream<Arguments> matrices() {
        return Stream.of(1, 3, 6, 13, 32, 33, 100)
                .flatMap(columns -> Stream.of(2, 13, 207, 1501)
                        .filter(rows -> rows < 1000 || columns == 6 || columns == 33)
                        .map(rows -> Arguments.of(rows, columns)));
    }

    @ParameterizedTest(name = "{0} × {1}")
    @MethodSource("matrices")
    void columnsAndNormalisation(int rows, int columns) {
        agree(rows, bench -> {
            Backend b = bench.backend;
            Tensor x = bench.in(rows, columns);
            Tensor mean = bench.out("mean", columns);
            Tensor variance = bench.out("variance", columns);
            Tensor gain = bench.in(columns);
            b.columnSums(x, false, bench.out("sums", columns));
            b.columnSums(x, true, bench.out("more sums", columns));
            b.columnMoments(x, mean, variance);
            b.normalizeColumns(x, mean, variance, 0.1f, gain, bench.in(columns), bench.out("normal", x));
            Tensor dy = bench.in(rows, columns);
            Tensor dGain = bench.out("gain's gradient", columns);
            Tensor dShift = bench.out("shift's gradient", columns);
            b.normalizeColumnsParameterGradients(x, dy, mean, variance, 0.1f, false, dGain, dShift);
            b.normalizeColumnsInputGradient(
                    x, dy, mean, variance, 0.1f, gain, dGain, dShift, bench.out("input's gradient", x));
            b.normalizeColumnsParameterGradients(x, dy, mean, variance, 0.1f, true, dGain, dShift);
        });
        agree(rows * columns, bench -> {
            Backend b = bench.backend;
            // a block an item, and barriers cost the stand-in dear
            int items = Math.min(rows, 50);
            Tensor x = bench.in(items, columns);
            Tensor mean = bench.out("mean", items);
            Tensor variance = bench.out("variance", items);
            Tensor gain = bench.in(columns);
            Tensor dy = bench.in(items, columns);
            b.itemMoments(x, mean, variance);
            b.normalizeItems(x, mean, variance, 0.1f, gain, bench.in(columns), bench.out("normal", x));
            b.normalizeItemsInputGradient(x, dy, mean, variance, 0.1f, gain, bench.out("input's gradient", x));
            b.normalizeItemsParameterGradients(
                    x, dy, mean, variance, 0.1f, false, bench.out("gain", columns), bench.out("shift", columns));
            b.normalizeItemsParameterGradients(
                    x, dy, mean, variance, 0.1f, true, bench.out("more gain", columns), bench.out("more", columns));
        });
    }

    @Test
    void varianceOfDataWithALargeMean() {
        agree(3001, bench -> {
            Tensor x = bench.in(3001, 5);
            Tensor far = bench.in(3001, 5);
            bench.backend.fill(1000, far);
            bench.backend.add(x, far, x);
            bench.backend.columnMoments(x, bench.in(5), bench.out("variance", 5));
        });
    }

    static Stream<ConvGeometry> windows() {
        return Stream.of(
                ConvGeometry.square(2, 2, 0),
                ConvGeometry.square(3, 2, 1),
                new ConvGeometry(3, 2, 1, 3, 0, 1),
                ConvGeometry.square(2, 3, 0));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void pooling(ConvGeometry window) {
        int height = 9;
        int width = 8;
        int[] pooled = {2, window.outputHeight(height), window.outputWidth(width), 5};
        sameBits(bench -> {
            Backend b = bench.backend;
            Tensor x = bench.in(2, height, width, 5);
            Tensor y = bench.out("maximum", pooled);
            Tensor places = bench.out("places", pooled);
            b.maxPool(x, window, y, places);
            b.maxPoolGradient(bench.in(pooled), places, window, bench.out("maximum's gradient", x));
            b.maxPoolTangent(bench.in(2, height, width, 5), places, window, bench.out("tangent", pooled));
            b.averagePool(x, window, bench.out("average", pooled));
            b.averagePoolGradient(bench.in(pooled), window, bench.out("average's gradient", x));
            b.upsample(x, 3, bench.out("upsampled", 2, 3 * height, 3 * width, 5));
            b.upsampleGradient(bench.in(2, 3 * height, 3 * width, 5), 3, bench.out("upsampled gradient", x));
        });
    }

    @ParameterizedTest
    @EnumSource(PointwiseLoss.class)
    void pointwiseLosses(PointwiseLoss loss) {
        for (int n : sizes()) {
            agree(n, bench -> {
                Tensor p = loss == PointwiseLoss.BINARY_CROSS_ENTROPY ? bench.positive(n) : bench.in(n);
                bench.backend.pointwiseLoss(
                        loss, p, bench.positive(n), 0.3f, bench.out("value", 1), bench.out("gradient", n));
                bench.backend.pointwiseLoss(
                        loss,
                        p,
                        bench.positive(1),
                        0.3f,
                        bench.out("value of one", 1),
                        bench.out("gradient of one", n));
            });
        }
    }

    @Test
    void otherLosses() {
        for (int n : new int[] {1, 3, 17, 207}) {
            agree(n * 11, bench -> {
                Backend b = bench.backend;
                b.softmaxCrossEntropy(
                        bench.in(n, 11),
                        bench.positive(n, 11),
                        0.3f,
                        bench.out("cross-entropy", 1),
                        bench.out("d", n, 11));
                b.softmaxCrossEntropy(
                        bench.in(3, n), bench.positive(3, n), 0.3f, bench.out("wide", 1), bench.out("dw", 3, n));
                b.gaussianKl(
                        bench.in(n), bench.in(n), 0.3f, bench.out("kl", 1), bench.out("dm", n), bench.out("dl", n));
                b.normPenalty(bench.positive(n), 1, 0.3f, bench.out("penalty", 1), bench.out("slopes", n));
                b.normPenalty(bench.positive(n), 0, 0.3f, bench.out("zero penalty", 1), bench.out("zero slopes", n));
                b.closeness(bench.in(n, 4, 3), bench.out("closeness", n, 4));
                b.closenessGradient(bench.in(n, 4, 3), bench.in(n, 4), bench.out("closeness gradient", n, 4, 3));
            });
        }
    }

    @Test
    void optimiserSteps() {
        for (int n : sizes()) {
            sameBits(bench -> {
                Backend b = bench.backend;
                AdamStep step = new AdamStep(0.01f, 0.9f, 0.99f, 1e-8f, 0.1f, 0.01f, 0.1f);
                for (int i = 0; i < 3; i++) {
                    Tensor second = bench.positive(n + i);
                    b.adam(
                            step,
                            bench.in(n + i),
                            bench.out("first " + i, n + i),
                            second,
                            bench.out("adam " + i, n + i));
                }
                b.sgd(new SgdStep(0.1f, 0, false, 0.1f), bench.in(n), null, bench.out("sgd", n));
                b.sgd(
                        new SgdStep(0.1f, 0.9f, true, 0),
                        bench.in(n),
                        bench.out("velocity", n),
                        bench.out("nesterov", n));
                b.rmsprop(
                        new RmspropStep(0.1f, 0.9f, 1e-8f, 0.5f),
                        bench.in(n),
                        bench.positive(n),
                        bench.out("rms velocity", n),
                        bench.out("rmsprop", n));
                b.rmsprop(
                        new RmspropStep(0.1f, 0.9f, 1e-8f, 0),
                        bench.in(n),
                        bench.positive(n),
                        null,
                        bench.out("rms", n));
                b.clipByNorm(bench.positive(1), 0.1f, bench.out("clipped", n));
                b.clipByNorm(bench.positive(1), 10, bench.out("not clipped", n));
            });
        }
    }

    /** Batch, height, width, channels in, channels out. */
    static Stream<Arguments> convolutions() {
        List<Arguments> all = new ArrayList<>();
        List<ConvGeometry> geometries = List.of(
                ConvGeometry.square(4, 2, 1),
                ConvGeometry.square(3, 1, 1),
                ConvGeometry.square(3, 2, 1),
                new ConvGeometry(2, 3, 3, 1, 0, 2),
                ConvGeometry.square(1, 1, 0),
                ConvGeometry.square(2, 3, 0),
                ConvGeometry.square(8, 1, 0));
        int[][] extents = {{2, 8, 8, 3, 5}, {3, 9, 8, 8, 12}, {1, 8, 11, 1, 1}, {5, 8, 8, 4, 68}, {2, 10, 9, 65, 3}};
        for (ConvGeometry g : geometries) {
            for (int[] e : extents) {
                all.add(Arguments.of(g, e));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void convolution(ConvGeometry g, int[] e) {
        int outHeight = g.outputHeight(e[1]);
        int outWidth = g.outputWidth(e[2]);
        int terms = g.kernelHeight() * g.kernelWidth() * Math.max(e[3], e[4]) + e[0] * outHeight * outWidth;
        agree(terms, bench -> {
            Backend b = bench.backend;
            Tensor image = bench.in(e[0], e[1], e[2], e[3]);
            Tensor out = bench.in(e[0], outHeight, outWidth, e[4]);
            Tensor weight = bench.in(g.kernelHeight(), g.kernelWidth(), e[3], e[4]);
            b.conv(image, weight, bench.in(e[4]), g, bench.out("out", out));
            b.conv(image, weight, null, g, bench.out("out without bias", out));
            b.convTranspose(out, weight, bench.in(e[3]), g, bench.out("image", image));
            b.convTranspose(out, weight, null, g, bench.out("image without bias", image));
            b.convWeightGradient(image, out, g, false, bench.out("weight", weight));
            b.convWeightGradient(image, out, g, true, bench.out("more weight", weight));
        });
    }

    @Test
    void productsWithALongSumAreSplit() {
        for (int k : new int[] {1000, 4099}) {
            agree(k, bench -> {
                Backend b = bench.backend;
                b.matmul(bench.in(3, k), false, bench.in(k, 70), false, bench.in(70), false, bench.out("plain", 3, 70));
                b.matmul(bench.in(k, 66), true, bench.in(k, 5), false, null, true, bench.out("left", 66, 5));
                b.matmul(bench.in(5, k), false, bench.in(4, k), true, null, false, bench.out("right", 5, 4));
            });
        }
    }

    @Test
    void largeTiles() {
        agree(512, bench -> {
            Backend b = bench.backend;
            b.matmul(bench.in(512, 260), true, bench.in(512, 1400), false, null, false, bench.out("c", 260, 1400));
        });
        agree(17, bench -> {
            Backend b = bench.backend;
            Tensor a = bench.in(1500, 17);
            b.matmul(a, false, bench.in(1300, 17), true, bench.in(1300), false, bench.out("c", 1500, 1300));
        });
    }

    @Test
    void activationsThatFollowAreOneKernelAndTheSameValues() {
        agree(50, bench -> {
            Backend b = bench.backend;
            Tensor product = bench.out("product", 9, 20);
            b.matmul(bench.in(9, 50), false, bench.in(50, 20), false, bench.in(20), false, product);
            b.activate(new Activation(Activation.Kind.LEAKY_RELU, 0.2f), product, bench.out("activated", product));
            Tensor x = bench.in(40, 20);
            Tensor normal = bench.out("normal", x);
            b.normalizeColumns(x, bench.in(20), bench.positive(20), 0.1f, bench.in(20), bench.in(20), normal);
            b.activate(new Activation(Activation.Kind.TANH), normal, bench.out("activated normal", x));
            b.activate(new Activation(Activation.Kind.RELU), normal, bench.out("activated again", x));
            Tensor image = bench.out("image", 2, 6, 6, 3);
            b.convTranspose(
                    bench.in(2, 3, 3, 4), bench.in(4, 4, 3, 4), bench.in(3), ConvGeometry.square(4, 2, 1), image);
            b.activate(new Activation(Activation.Kind.TANH), image, bench.out("activated image", image));
        });
    }

    @Test
    void activationsInPlaceAreTheSameValues() {
        agree(50, bench -> {
            Backend b = bench.backend;
            Activation tanh = new Activation(Activation.Kind.TANH);
            Activation leaky = new Activation(Activation.Kind.LEAKY_RELU, 0.2f);
            Tensor a = bench.in(9, 50);
            b.matmul(a, false, bench.in(50, 20), false, bench.in(20), leaky, bench.out("product", 9, 20));
            Tensor weight = bench.in(4, 4, 3, 4);
            ConvGeometry g = ConvGeometry.square(4, 2, 1);
            b.conv(bench.in(2, 6, 6, 3), weight, bench.in(4), g, tanh, bench.out("out", 2, 3, 3, 4));
            b.convTranspose(bench.in(2, 3, 3, 4), weight, bench.in(3), g, tanh, bench.out("image", 2, 6, 6, 3));
            Tensor x = bench.in(40, 20);
            Tensor mean = bench.out("mean", 20);
            Tensor variance = bench.out("variance", 20);
            Tensor gain = bench.in(20);
            Tensor shift = bench.in(20);
            Tensor y = bench.out("y", x);
            b.columnMoments(x, mean, variance);
            b.normalizeColumns(x, mean, variance, 0.1f, gain, shift, leaky, y);
            Tensor dGain = bench.out("dGain", 20);
            Tensor dShift = bench.out("dShift", 20);
            Tensor dy = bench.in(40, 20);
            b.normalizeColumnsGradients(
                    x, y, dy, mean, variance, 0.1f, gain, shift, leaky, dGain, dShift, bench.out("dx", x));
        });
    }
}
