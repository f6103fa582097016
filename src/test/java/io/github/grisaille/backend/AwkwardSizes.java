package io.github.grisaille.backend;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Primitives at sizes that fill no vector and no tile, against libtorch. */
public abstract class AwkwardSizes {
    private static final int[] SIZES = {1, 3, 6, 13, 17, 207};

    /** A power of two that keeps sums where activations are not flat, nor eˣ large. */
    private static final float SMALL = 1 / 64f;

    private static Tensor uniform(Backend backend, long seed, int... shape) {
        Tensor tensor = backend.empty(Shape.of(shape));
        backend.uniform(new RandomStream(seed, 0), -1, 1, tensor);
        return tensor;
    }

    /** A backend with these innermost loops; a subclass has the loops and the sizes to test, in {@code sizes()}. */
    protected abstract Backend backend(String loops);

    protected static Stream<Arguments> sizes(String... loops) {
        return Stream.of(loops).flatMap(each -> Arrays.stream(SIZES).mapToObj(size -> Arguments.of(each, size)));
    }

    /** Activations that can follow at once, and none. */
    private static final Activation[] FOLLOWING = Stream.concat(
                    Stream.of(Activation.Kind.values())
                            .map(kind -> new Activation(kind, 0.3f))
                            .filter(Activation::derivativesFromOutput),
                    Stream.of((Activation) null))
            .toArray(Activation[]::new);

    private static Activation following(int choice) {
        return FOLLOWING[Math.floorMod(choice, FOLLOWING.length)];
    }

    private static org.bytedeco.pytorch.Tensor theirs(Activation f, org.bytedeco.pytorch.Tensor x) {
        if (f == null) {
            return x;
        }
        return switch (f.kind()) {
            case RELU -> torch.relu(x);
            case LEAKY_RELU -> torch.leaky_relu(x, new Scalar(f.slope()));
            case ELU -> torch.elu(x, new Scalar(f.slope()), new Scalar(1f), new Scalar(1f));
            case TANH -> torch.tanh(x);
            case SIGMOID -> torch.sigmoid(x);
            case SOFTPLUS -> torch.softplus(x);
            case EXP -> torch.exp(x);
        };
    }

    private static void assertClose(
            String what, Tensor actual, org.bytedeco.pytorch.Tensor expected, int termsOfOneSum) {
        Samples.assertClose(what, actual.toArray(), Torch.values(expected), termsOfOneSum);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("sizes")
    void products(String loops, int m) {
        Backend backend = backend(loops);
        for (int n : SIZES) {
            for (int k : SIZES) {
                for (int transposed = 0; transposed < 4; transposed++) {
                    boolean left = (transposed & 1) != 0;
                    boolean right = (transposed & 2) != 0;
                    Tensor a = left ? uniform(backend, 1, k, m) : uniform(backend, 1, m, k);
                    Tensor b = right ? uniform(backend, 2, n, k) : uniform(backend, 2, k, n);
                    Tensor bias = uniform(backend, 3, n);
                    Tensor c = backend.empty(Shape.of(m, n));
                    backend.matmul(new Factor(a, left), new Factor(b, right), Epilogue.bias(bias), Write.REPLACE, c);
                    var theirA = left ? Torch.constant(a).t() : Torch.constant(a);
                    var theirB = right ? Torch.constant(b).t() : Torch.constant(b);
                    var expected = theirA.matmul(theirB).add(Torch.constant(bias));
                    String what = m + "×" + n + "×" + k + " " + transposed;
                    assertClose(what, c, expected, k);
                    backend.scale(a, 1f / k, a);
                    Activation f = following(m + n + k + transposed);
                    backend.matmul(new Factor(a, left), new Factor(b, right), new Epilogue(bias, f), Write.REPLACE, c);
                    var mean = theirA.div(new Scalar((float) k)).matmul(theirB).add(Torch.constant(bias));
                    assertClose(what + " and " + f, c, theirs(f, mean), k);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}, {1} channels")
    @MethodSource("sizes")
    void convolutions(String loops, int channels) {
        for (int outChannels : SIZES) {
            convolution(backend(loops), ConvGeometry.square(3, 2, 1), 2, 7, 6, channels, outChannels);
        }
    }

    /** Kernels, strides and paddings of all kinds, sides not alike, on images that their windows do not fill evenly. */
    @ParameterizedTest(name = "{0}, {1} channels")
    @MethodSource("sizes")
    void convolutionsOfAllKinds(String loops, int channels) {
        Random random = new Random(channels);
        for (int i = 0; i < 30; i++) {
            ConvGeometry g = new ConvGeometry(
                    1 + random.nextInt(5),
                    1 + random.nextInt(5),
                    1 + random.nextInt(3),
                    1 + random.nextInt(3),
                    random.nextInt(3),
                    random.nextInt(3));
            int height = g.kernelHeight() + random.nextInt(8);
            int width = g.kernelWidth() + random.nextInt(8);
            convolution(backend(loops), g, 1 + random.nextInt(3), height, width, channels, 1 + random.nextInt(20));
        }
    }

    /** The same with dilation, with groups of some channels, and with a group for each channel. */
    @ParameterizedTest(name = "{0}, {1} channels in a group")
    @MethodSource("sizes")
    void convolutionsWithDilationAndGroups(String loops, int channels) {
        Random random = new Random(channels);
        for (int i = 0; i < 20; i++) {
            int groups = i % 3 == 0 ? 1 : 1 + random.nextInt(channels > 100 ? 2 : 9);
            int outOfGroup = i % 3 == 1 ? channels : 1 + random.nextInt(20);
            ConvGeometry g = ConvGeometry.kernel(1 + random.nextInt(4), 1 + random.nextInt(4))
                    .stride(1 + random.nextInt(3), 1 + random.nextInt(3))
                    .padding(random.nextInt(3), random.nextInt(3))
                    .dilation(1 + random.nextInt(3), 1 + random.nextInt(3))
                    .groups(groups);
            int height = g.spanHeight() + random.nextInt(6);
            int width = g.spanWidth() + random.nextInt(6);
            convolution(
                    backend(loops), g, 1 + random.nextInt(3), height, width, groups * channels, groups * outOfGroup);
        }
    }

    private static void convolution(
            Backend backend, ConvGeometry g, int batch, int height, int width, int channels, int outChannels) {
        Tensor image = uniform(backend, 1, batch, height, width, channels);
        Tensor weight = uniform(backend, 2, g.kernelHeight(), g.kernelWidth(), channels / g.groups(), outChannels);
        Tensor bias = uniform(backend, 3, outChannels);
        Tensor dOut = uniform(backend, 4, batch, g.outputHeight(height), g.outputWidth(width), outChannels);
        Tensor out = backend.empty(dOut.shape());
        Tensor dImage = backend.empty(image.shape());
        Tensor dWeight = backend.empty(weight.shape());
        Activation f = following(height + channels + outChannels);
        backend.conv(image, weight, Epilogue.bias(bias), g, out);
        backend.convTranspose(dOut, weight, Epilogue.NONE, g, dImage);
        Tensor activated = backend.empty(out.shape());
        Tensor activatedImage = backend.empty(image.shape());
        backend.scale(weight, SMALL, weight);
        backend.conv(image, weight, new Epilogue(bias, f), g, activated);
        backend.convTranspose(dOut, weight, Epilogue.activation(f), g, activatedImage);
        backend.scale(weight, 1 / SMALL, weight);
        backend.convWeightGradient(image, dOut, g, Write.REPLACE, dWeight);
        var theirImage = Torch.leaf(image);
        var theirWeight = Torch.leaf(weight);
        var theirOut = Torch.nhwc(torch.conv2d(
                Torch.nchw(theirImage),
                Torch.kernel(theirWeight).contiguous(),
                Torch.optional(Torch.constant(bias)),
                new long[] {g.strideHeight(), g.strideWidth()},
                new long[] {g.padHeight(), g.padWidth()},
                new long[] {g.dilationHeight(), g.dilationWidth()},
                g.groups()));
        theirOut.mul(Torch.constant(dOut)).sum().backward();
        var theirBias = Torch.constant(bias);
        var theirSmall = theirOut.detach().sub(theirBias).mul(new Scalar(SMALL)).add(theirBias);
        var theirSmallImage = Torch.gradient(theirImage).mul(new Scalar(SMALL));
        String what = g + " of " + image.shape() + " → " + outChannels;
        int kernel = g.kernelHeight() * g.kernelWidth();
        assertClose(what + " forward", out, theirOut, kernel * channels);
        assertClose(what + " input gradient", dImage, Torch.gradient(theirImage), kernel * outChannels);
        assertClose(what + " weight gradient", dWeight, Torch.gradient(theirWeight), dOut.size() / outChannels);
        assertClose(what + " and " + f, activated, theirs(f, theirSmall), kernel * channels);
        assertClose(what + " transposed, and " + f, activatedImage, theirs(f, theirSmallImage), kernel * outChannels);
    }

    @ParameterizedTest(name = "{0}, {1} columns")
    @MethodSource("sizes")
    void sumsAndNormalisation(String loops, int columns) {
        Backend backend = backend(loops);
        for (int rows : new int[] {2, 13, 207}) {
            Tensor x = uniform(backend, 1, rows, columns);
            Tensor gain = uniform(backend, 2, columns);
            Tensor shift = uniform(backend, 3, columns);
            Tensor sums = backend.empty(Shape.of(columns));
            Tensor mean = backend.empty(Shape.of(columns));
            Tensor variance = backend.empty(Shape.of(columns));
            Tensor y = backend.empty(x.shape());
            Tensor total = backend.empty(Shape.of(1));
            backend.columnSums(x, Write.REPLACE, sums);
            backend.columnMoments(x, mean, variance);
            backend.normalizeColumns(x, new Moments(mean, variance, 0.1f), new Affine(gain, shift), y);
            backend.sum(x, total);
            var theirs = Torch.constant(x);
            assertClose("sums", sums, theirs.sum(0), rows);
            assertClose("total", total, theirs.sum().reshape(1), rows * columns);
            var expected = torch.batch_norm(
                    theirs,
                    Torch.optional(Torch.constant(gain)),
                    Torch.optional(Torch.constant(shift)),
                    Torch.optional(null),
                    Torch.optional(null),
                    true,
                    0.1,
                    0.1,
                    false);
            assertClose("normalised", y, expected, rows);
        }
    }

    @ParameterizedTest(name = "{0}, {1} columns")
    @MethodSource("sizes")
    void activatedNormalisation(String loops, int columns) {
        Backend backend = backend(loops);
        for (int rows : new int[] {2, 13, 207}) {
            for (Activation f : FOLLOWING) {
                if (f != null) {
                    activatedNormalisation(backend, rows, columns, f);
                }
            }
        }
    }

    private static void activatedNormalisation(Backend backend, int rows, int columns, Activation f) {
        Tensor x = uniform(backend, 1, rows, columns);
        Tensor gain = uniform(backend, 2, columns);
        Tensor shift = uniform(backend, 3, columns);
        Tensor dy = uniform(backend, 4, rows, columns);
        Tensor mean = backend.empty(gain.shape());
        Tensor variance = backend.empty(gain.shape());
        Tensor y = backend.empty(x.shape());
        Tensor dx = backend.empty(x.shape());
        Tensor dGain = backend.empty(gain.shape());
        Tensor dShift = backend.empty(gain.shape());
        backend.columnMoments(x, mean, variance);
        backend.normalizeColumns(x, new Moments(mean, variance, 0.1f), new Affine(gain, shift), f, y);
        backend.normalizeColumnsGradients(
                x, y, dy, new Moments(mean, variance, 0.1f), new Affine(gain, shift), f, new Affine(dGain, dShift), dx);
        var theirX = Torch.leaf(x);
        var theirGain = Torch.leaf(gain);
        var theirShift = Torch.leaf(shift);
        var theirY = theirs(
                f,
                torch.batch_norm(
                        theirX,
                        Torch.optional(theirGain),
                        Torch.optional(theirShift),
                        Torch.optional(null),
                        Torch.optional(null),
                        true,
                        0.1,
                        0.1,
                        false));
        theirY.mul(Torch.constant(dy)).sum().backward();
        assertClose("normalised and " + f, y, theirY, rows);
        assertClose(f + ", input gradient", dx, Torch.gradient(theirX), rows);
        assertClose(f + ", gain's gradient", dGain, Torch.gradient(theirGain), rows);
        assertClose(f + ", shift's gradient", dShift, Torch.gradient(theirShift), rows);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("sizes")
    void activationsAndLosses(String loops, int size) {
        Backend backend = backend(loops);
        Tensor x = uniform(backend, 1, size);
        backend.scale(x, 5, x);
        Tensor y = backend.empty(x.shape());
        Tensor dy = uniform(backend, 2, size);
        Tensor dx = backend.empty(x.shape());
        for (Activation.Kind kind : Activation.Kind.values()) {
            Activation f = new Activation(kind, 0.3f);
            backend.activate(f, x, y);
            backend.activateGradient(f, x, y, dy, dx);
            var theirs = Torch.leaf(x);
            var expected = theirs(f, theirs);
            expected.mul(Torch.constant(dy)).sum().backward();
            assertClose(kind.toString(), y, expected, 1);
            assertClose(kind + "'s gradient", dx, Torch.gradient(theirs), 1);
        }
        Tensor target = backend.empty(x.shape());
        backend.activate(new Activation(Activation.Kind.SIGMOID), dy, target);
        Tensor value = backend.empty(Shape.of(1));
        for (PointwiseLoss loss :
                List.of(PointwiseLoss.SQUARED, PointwiseLoss.ABSOLUTE, PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS)) {
            backend.pointwiseLoss(loss, x, target, 1f / size, value, dx);
            var theirs = Torch.leaf(x);
            var theirTarget = Torch.constant(target);
            var expected = switch (loss) {
                case SQUARED -> torch.mse_loss(theirs, theirTarget);
                case ABSOLUTE -> torch.l1_loss(theirs, theirTarget);
                default -> torch.binary_cross_entropy_with_logits(theirs, theirTarget);
            };
            expected.backward();
            assertClose(loss.toString(), value, expected.reshape(1), size);
            assertClose(loss + "'s gradient", dx, Torch.gradient(theirs), 1);
        }
    }
}
