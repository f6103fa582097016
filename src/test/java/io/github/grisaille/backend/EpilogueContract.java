package io.github.grisaille.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The bias and the activation after products and convolutions, on every backend; its test extends this. */
public abstract class EpilogueContract {
    /** A value that is lost if it is added to 1 by itself: it is a sixth of the distance from 1 to the next float. */
    private static final float SMALL = 1e-8f;

    /** The backend under test. */
    protected abstract Backend backend();

    private Tensor filled(float value, int... shape) {
        Tensor tensor = backend().empty(Shape.of(shape));
        backend().fill(value, tensor);
        return tensor;
    }

    private Tensor normal(long seed, int... shape) {
        return Samples.normal(seed, shape).to(backend());
    }

    private Tensor like(Tensor tensor) {
        return backend().empty(tensor.shape());
    }

    /** The shapes of products: rows, columns and whether the left and the right factor are transposed. */
    static Stream<Arguments> products() {
        int[][] sizes = {{1, 1}, {1, 70}, {130, 1}, {4, 500}, {9, 3}, {40, 64}, {101, 135}};
        return Stream.iterate(0, i -> i + 1)
                .limit(4 * sizes.length)
                .map(i -> Arguments.of(sizes[i / 4][0], sizes[i / 4][1], i % 2 == 1, i % 4 >= 2));
    }

    @ParameterizedTest(name = "{0} × {1}, transposed {2} {3}")
    @MethodSource("products")
    void theBiasOfAProductDrownsNoSmallTerm(int m, int n, boolean transposeA, boolean transposeB) {
        for (int k : new int[] {1000, 4000}) {
            Factor a = new Factor(transposeA ? filled(SMALL, k, m) : filled(SMALL, m, k), transposeA);
            Factor b = new Factor(transposeB ? filled(1, n, k) : filled(1, k, n), transposeB);
            Tensor c = filled(7, m, n);
            backend().matmul(a, b, Epilogue.bias(filled(1, n)), Write.REPLACE, c);
            assertSums("product of " + k + " terms", filled(k, m, n), c);
        }
    }

    /** Direct convolutions, those that suit Winograd's algorithm, few channels, groups and dilation. */
    @ParameterizedTest
    @CsvSource({
        "5, 1, 0, 1, 1, 1, 9, 40, 1",
        "5, 1, 0, 1, 1, 1, 9, 40, 3",
        "3, 2, 1, 1, 1, 2, 9, 130, 70",
        "4, 2, 1, 1, 1, 2, 8, 64, 3",
        "4, 2, 1, 1, 1, 2, 8, 3, 64",
        "4, 2, 1, 1, 1, 26, 8, 64, 48",
        "4, 2, 1, 1, 1, 12, 16, 64, 64",
        "5, 1, 2, 1, 1, 13, 6, 64, 48",
        "3, 1, 2, 2, 1, 2, 8, 120, 20",
        "3, 1, 1, 1, 2, 2, 7, 200, 20",
        "9, 1, 4, 1, 10, 1, 10, 10, 10"
    })
    void theBiasOfAConvolutionDrownsNoSmallTerm(
            int kernel,
            int stride,
            int padding,
            int dilation,
            int groups,
            int batch,
            int side,
            int channels,
            int outChannels) {
        ConvGeometry g =
                ConvGeometry.square(kernel, stride, padding).dilation(dilation).groups(groups);
        int out = g.outputHeight(side);
        Tensor weight = filled(1, kernel, kernel, channels / groups, outChannels);
        Tensor made = filled(7, batch, out, out, outChannels);
        Tensor terms = like(made);
        backend().conv(filled(1, batch, side, side, channels), weight, Epilogue.NONE, g, terms);
        backend()
                .conv(
                        filled(SMALL, batch, side, side, channels),
                        weight,
                        Epilogue.bias(filled(1, outChannels)),
                        g,
                        made);
        assertSums("convolution", terms, made);

        Tensor image = filled(7, batch, side, side, channels);
        Tensor imageTerms = like(image);
        backend().convTranspose(filled(1, batch, out, out, outChannels), weight, Epilogue.NONE, g, imageTerms);
        backend()
                .convTranspose(
                        filled(SMALL, batch, out, out, outChannels),
                        weight,
                        Epilogue.bias(filled(1, channels)),
                        g,
                        image);
        assertSums("transposed convolution", imageTerms, image);
    }

    /** Each result is 1 and the number of its terms times SMALL. */
    private static void assertSums(String what, Tensor terms, Tensor made) {
        float[] counts = terms.toArray();
        float[] values = made.toArray();
        double worst = 0;
        for (int i = 0; i < values.length; i++) {
            double error = Math.abs(values[i] - 1 - (double) SMALL * Math.rint(counts[i]));
            worst = error <= worst ? worst : error;
        }
        assertThat(worst).as(what).isLessThan(1e-6);
    }

    private static Epilogue epilogue(Tensor bias, Activation.Kind kind) {
        return new Epilogue(bias, new Activation(kind, 0.3f));
    }

    /** The results of a primitive with an epilogue are those of the primitive, of addBroadcast and of activate. */
    private void assertInOneStep(String what, Tensor sums, Tensor bias, Activation.Kind kind, Tensor inOneStep) {
        Tensor steps = like(sums);
        if (bias == null) {
            backend().copy(sums, steps);
        } else {
            backend().addBroadcast(sums, bias, steps);
        }
        backend().activate(new Activation(kind, 0.3f), steps, steps);
        assertThat(inOneStep.toArray()).as(what).isEqualTo(steps.toArray());
    }

    @ParameterizedTest
    @EnumSource(names = "SOFTPLUS", mode = EnumSource.Mode.EXCLUDE)
    void anEpilogueHasTheBitsOfItsSteps(Activation.Kind kind) {
        int[][] products = {{1, 37}, {101, 1}, {5, 90}, {13, 17}, {100, 64}, {101, 135}};
        for (int[] size : products) {
            for (int transposed = 0; transposed < 4; transposed++) {
                Factor a = Factor.of(normal(1, size[0], 11));
                Factor b = Factor.of(normal(2, 11, size[1]));
                if (transposed % 2 == 1) {
                    a = Factor.transposed(normal(1, 11, size[0]));
                }
                if (transposed >= 2) {
                    b = Factor.transposed(normal(2, size[1], 11));
                }
                // biases of both signs, so both sides of the kinks are used
                for (Tensor bias : new Tensor[] {normal(3, size[1]), null}) {
                    Tensor sums = backend().empty(Shape.of(size));
                    backend().matmul(a, b, Epilogue.NONE, Write.REPLACE, sums);
                    Tensor made = like(sums);
                    backend().matmul(a, b, epilogue(bias, kind), Write.REPLACE, made);
                    String what = "%s after %d × %d, %d".formatted(kind, size[0], size[1], transposed);
                    assertInOneStep(what, sums, bias, kind, made);
                }
            }
        }
        ConvGeometry[] geometries = {
            ConvGeometry.square(4, 2, 1),
            ConvGeometry.square(4, 2, 1),
            ConvGeometry.square(5, 1, 2),
            ConvGeometry.square(3, 2, 1),
            ConvGeometry.square(3, 1, 2).dilation(2)
        };
        int[][] extents = {{26, 8, 32, 48}, {2, 8, 3, 70}, {13, 8, 32, 32}, {3, 6, 13, 21}, {3, 8, 18, 7}};
        for (int i = 0; i < extents.length; i++) {
            ConvGeometry g = geometries[i];
            int[] e = extents[i];
            for (boolean biased : new boolean[] {true, false}) {
                Tensor image = normal(1, e[0], e[1], e[1], e[2]);
                Tensor weight = normal(2, g.kernelHeight(), g.kernelWidth(), e[2], e[3]);
                int side = g.outputHeight(e[1]);
                Tensor out = normal(3, e[0], side, side, e[3]);
                Tensor bias = biased ? normal(4, e[3]) : null;
                Tensor imageBias = biased ? normal(5, e[2]) : null;
                Tensor sums = like(out);
                Tensor made = like(out);
                backend().conv(image, weight, Epilogue.NONE, g, sums);
                backend().conv(image, weight, epilogue(bias, kind), g, made);
                assertInOneStep(kind + " after " + g + " of " + e[2] + " channels", sums, bias, kind, made);
                Tensor imageSums = like(image);
                Tensor madeImage = like(image);
                backend().convTranspose(out, weight, Epilogue.NONE, g, imageSums);
                backend().convTranspose(out, weight, epilogue(imageBias, kind), g, madeImage);
                assertInOneStep(
                        kind + " after transposed " + g + " of " + e[2] + " channels",
                        imageSums,
                        imageBias,
                        kind,
                        madeImage);
            }
        }
    }
}
