package io.github.grisaille.backend.cpu;

import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions with groups and dilation agree with their definition, with the same bits for any number of threads. */
class GroupedConvolutionTest {
    private static final Activation TANH = new Activation(Activation.Kind.TANH);

    /** Sizes that fill no vector, and the last ones are large enough for several threads. */
    static Stream<Arguments> cases() {
        ConvGeometry three = ConvGeometry.square(3, 1, 1);
        return Stream.of(
                Arguments.of(three.groups(1).dilation(2), Shape.of(2, 7, 8, 3), 5),
                Arguments.of(three.groups(5), Shape.of(3, 6, 5, 5), 5),
                Arguments.of(three.groups(3).stride(2, 3).padding(0, 4), Shape.of(2, 9, 7, 6), 3),
                Arguments.of(three.groups(2).dilation(3, 1), Shape.of(1, 8, 9, 34), 26),
                Arguments.of(ConvGeometry.kernel(2, 5).groups(7).dilation(1, 2), Shape.of(2, 5, 11, 7), 21),
                Arguments.of(ConvGeometry.kernel(1, 1).groups(4).padding(3), Shape.of(1, 1, 2, 4), 8),
                Arguments.of(three.groups(67), Shape.of(4, 19, 17, 67), 67),
                Arguments.of(three.stride(2).dilation(2).groups(3), Shape.of(5, 21, 20, 39), 51));
    }

    /** A batch of images that is read by its indices. Outside the images there are zeros. */
    private record Batch(float[] values, Shape shape) {
        Batch(Tensor tensor) {
            this(tensor.toArray(), tensor.shape());
        }

        boolean has(int y, int x) {
            return y >= 0 && y < shape.axis(1) && x >= 0 && x < shape.axis(2);
        }

        int at(int n, int y, int x, int channel) {
            return ((n * shape.axis(1) + y) * shape.axis(2) + x) * shape.axis(3) + channel;
        }
    }

    private interface Meeting {
        void meet(int image, int weight, int out);
    }

    /** Every value of an image with every weight that it meets, and the value of the output that this makes. */
    private static void forEachMeeting(ConvGeometry g, Batch image, Batch weight, Batch out, Meeting meeting) {
        int inOfGroup = weight.shape.axis(2);
        int outOfGroup = out.shape.axis(3) / g.groups();
        for (int i = 0; i < out.values.length; i++) {
            int channel = i % out.shape.axis(3);
            int q = i / out.shape.axis(3) % out.shape.axis(2);
            int p = i / out.shape.axis(3) / out.shape.axis(2) % out.shape.axis(1);
            int n = i / out.shape.axis(3) / out.shape.axis(2) / out.shape.axis(1);
            for (int w = channel; w < weight.values.length; w += out.shape.axis(3)) {
                int c = w / out.shape.axis(3) % inOfGroup;
                int tap = w / out.shape.axis(3) / inOfGroup;
                int y = p * g.strideHeight() - g.padHeight() + tap / g.kernelWidth() * g.dilationHeight();
                int x = q * g.strideWidth() - g.padWidth() + tap % g.kernelWidth() * g.dilationWidth();
                if (image.has(y, x)) {
                    meeting.meet(image.at(n, y, x, channel / outOfGroup * inOfGroup + c), w, i);
                }
            }
        }
    }

    /** What the primitives read and write. */
    private record Operands(Tensor image, Tensor weight, Tensor out, Tensor bias, Tensor imageBias) {
        static Operands of(ConvGeometry g, Shape images, int outChannels) {
            int inOfGroup = images.axis(3) / g.groups();
            return new Operands(
                    Samples.normal(1, images),
                    Samples.normal(2, g.kernelHeight(), g.kernelWidth(), inOfGroup, outChannels),
                    Samples.normal(
                            3,
                            images.axis(0),
                            g.outputHeight(images.axis(1)),
                            g.outputWidth(images.axis(2)),
                            outChannels),
                    Samples.normal(4, outChannels),
                    Samples.normal(5, images.axis(3)));
        }

        /** Forward, transposed and weight gradient, written over old values, with an epilogue, and added. */
        List<float[]> results(Backend backend, ConvGeometry g) {
            Tensor x = image.to(backend);
            Tensor w = weight.to(backend);
            Tensor dy = out.to(backend);
            Tensor y = Samples.normal(6, out.shape()).to(backend);
            Tensor activated = Samples.normal(6, out.shape()).to(backend);
            Tensor dx = Samples.normal(7, image.shape()).to(backend);
            Tensor activatedImage = Samples.normal(7, image.shape()).to(backend);
            Tensor dWeight = Samples.normal(8, weight.shape()).to(backend);
            Tensor twice = Samples.normal(8, weight.shape()).to(backend);
            backend.conv(x, w, Epilogue.bias(bias.to(backend)), g, y);
            backend.conv(x, w, new Epilogue(bias.to(backend), TANH), g, activated);
            backend.convTranspose(dy, w, Epilogue.NONE, g, dx);
            backend.convTranspose(dy, w, new Epilogue(imageBias.to(backend), TANH), g, activatedImage);
            backend.convWeightGradient(x, dy, g, Write.REPLACE, dWeight);
            backend.convWeightGradient(x, dy, g, Write.REPLACE, twice);
            backend.convWeightGradient(x, dy, g, Write.ADD, twice);
            return Stream.of(y, dx, dWeight, twice, activated, activatedImage)
                    .map(Tensor::toArray)
                    .toList();
        }
    }

    private static float[] rounded(double[] sums) {
        float[] values = new float[sums.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) sums[i];
        }
        return values;
    }

    @ParameterizedTest(name = "{0} of {1} to {2} channels")
    @MethodSource("cases")
    void agreesWithItsDefinition(ConvGeometry g, Shape images, int outChannels) {
        Operands operands = Operands.of(g, images, outChannels);
        Batch image = new Batch(operands.image);
        Batch weight = new Batch(operands.weight);
        Batch out = new Batch(operands.out);
        double[] forward = new double[out.values.length];
        double[] transposed = new double[image.values.length];
        double[] gradient = new double[weight.values.length];
        forEachMeeting(g, image, weight, out, (x, w, y) -> {
            forward[y] += (double) image.values[x] * weight.values[w];
            transposed[x] += (double) out.values[y] * weight.values[w];
            gradient[w] += (double) out.values[y] * image.values[x];
        });
        double[] doubled = new double[gradient.length];
        for (int i = 0; i < gradient.length; i++) {
            doubled[i] = 2 * gradient[i];
        }
        float[] bias = operands.bias.toArray();
        float[] imageBias = operands.imageBias.toArray();
        double[] activated = new double[forward.length];
        for (int i = 0; i < forward.length; i++) {
            forward[i] += bias[i % bias.length];
            activated[i] = Math.tanh(forward[i]);
        }
        double[] activatedImage = new double[transposed.length];
        for (int i = 0; i < transposed.length; i++) {
            activatedImage[i] = Math.tanh(transposed[i] + imageBias[i % imageBias.length]);
        }
        double[][] expected = {forward, transposed, gradient, doubled, activated, activatedImage};
        List<float[]> results = operands.results(new JavaBackend(2), g);
        for (int i = 0; i < expected.length; i++) {
            assertClose("result " + i, results.get(i), rounded(expected[i]), out.values.length);
        }
    }

    @ParameterizedTest(name = "{0} of {1} to {2} channels")
    @MethodSource("cases")
    void hasTheSameBitsForAnyNumberOfThreads(ConvGeometry g, Shape images, int outChannels) {
        Operands operands = Operands.of(g, images, outChannels);
        List<float[]> one = operands.results(new JavaBackend(1), g);
        for (int threads : new int[] {2, 3, 7}) {
            List<float[]> many = operands.results(new JavaBackend(threads), g);
            for (int i = 0; i < one.size(); i++) {
                assertThat(many.get(i))
                        .as("result %d with %d threads", i, threads)
                        .containsExactly(one.get(i));
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        Backend backend = Backend.cpu();
        ConvGeometry g = ConvGeometry.square(3, 1, 1).groups(2);
        Tensor image = Samples.normal(1, 1, 5, 5, 4);
        Tensor out = Samples.normal(2, 1, 5, 5, 6);
        assertThatThrownBy(() -> backend.conv(image, Samples.normal(3, 3, 3, 4, 6), Epilogue.NONE, g, out))
                .hasMessage("conv: weights of shape 3×3×4×6 and a kernel of 3×3, stride 1, padding 1, groups 2 do not"
                        + " map images of shape 1×5×5×4 to 1×5×5×6");
        assertThatThrownBy(() -> backend.conv(
                        image, Samples.normal(3, 3, 3, 2, 5), Epilogue.NONE, g, Samples.normal(2, 1, 5, 5, 5)))
                .hasMessageContaining("do not map images of shape 1×5×5×4 to 1×5×5×5");
        assertThatThrownBy(() ->
                        backend.convTranspose(out, Samples.normal(3, 3, 3, 2, 6), Epilogue.NONE, g.dilation(2), image))
                .hasMessage("convTranspose: a window of 3×3, stride 1, padding 1, dilation 2, groups 2 over images of"
                        + " 1×5×5×4 does not make 1×5×5×6");
    }
}
