package io.github.grisaille.backend.cpu;

import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Upsampling agrees with its definition, with the same bits for any number of threads. */
class UpsamplingTest {
    /** Sizes of small images and factors. The last ones are large enough for several threads. */
    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of(Shape.of(2, 3, 5, 1), 2, 3),
                Arguments.of(Shape.of(1, 1, 4, 17), 4, 1),
                Arguments.of(Shape.of(3, 6, 1, 3), 1, 5),
                Arguments.of(Shape.of(1, 2, 2, 6), 7, 2),
                Arguments.of(Shape.of(1, 1, 1, 1), 1, 1),
                Arguments.of(Shape.of(5, 13, 17, 13), 2, 2),
                Arguments.of(Shape.of(3, 11, 9, 31), 3, 4));
    }

    /** How much pixel i of the small image counts for place p of the large one, along one axis. */
    private static double weight(int i, int p, int small, int large, boolean alignCorners) {
        double place = alignCorners
                ? large == 1 ? 0 : (double) p * (small - 1) / (large - 1)
                : (p + 0.5) * small / large - 0.5;
        double inside = Math.max(0, Math.min(small - 1, place));
        return Math.max(0, 1 - Math.abs(inside - i));
    }

    private interface Weighting {
        double weight(int i, int p, int small, int large);
    }

    private static void agrees(Shape small, int down, int across, boolean bilinear, boolean aligned, Weighting axis) {
        Backend backend = new JavaBackend(2);
        int height = small.axis(1) * down;
        int width = small.axis(2) * across;
        int channels = small.axis(3);
        Tensor x = Samples.normal(1, small).to(backend);
        Tensor dy = Samples.normal(2, small.axis(0), height, width, channels).to(backend);
        Tensor y = Samples.normal(3, dy.shape()).to(backend);
        Tensor dx = Samples.normal(4, small).to(backend);
        if (bilinear) {
            backend.upsampleBilinear(x, aligned, y);
            backend.upsampleBilinearGradient(dy, aligned, dx);
        } else {
            backend.upsample(x, y);
            backend.upsampleGradient(dy, dx);
        }
        float[] values = x.toArray();
        float[] slopes = dy.toArray();
        double[] expected = new double[slopes.length];
        double[] gradient = new double[values.length];
        for (int at = 0; at < slopes.length; at++) {
            int channel = at % channels;
            int column = at / channels % width;
            int row = at / channels / width % height;
            int n = at / channels / width / height;
            for (int i = 0; i < small.axis(1); i++) {
                for (int j = 0; j < small.axis(2); j++) {
                    int from = ((n * small.axis(1) + i) * small.axis(2) + j) * channels + channel;
                    double weight =
                            axis.weight(i, row, small.axis(1), height) * axis.weight(j, column, small.axis(2), width);
                    expected[at] += weight * values[from];
                    gradient[from] += weight * slopes[at];
                }
            }
        }
        assertClose("forward", y.toArray(), rounded(expected), 4);
        assertClose("gradient", dx.toArray(), rounded(gradient), 4 * down * across);
    }

    private static float[] rounded(double[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }

    @ParameterizedTest(name = "{0} by {1} and {2}")
    @MethodSource("cases")
    void agreesWithItsDefinition(Shape small, int down, int across) {
        agrees(small, down, across, false, false, (i, p, s, large) -> p / (large / s) == i ? 1 : 0);
        agrees(small, down, across, true, false, (i, p, s, large) -> weight(i, p, s, large, false));
        agrees(small, down, across, true, true, (i, p, s, large) -> weight(i, p, s, large, true));
    }

    @ParameterizedTest(name = "{0} by {1} and {2}")
    @MethodSource("cases")
    void hasTheSameBitsForAnyNumberOfThreads(Shape small, int down, int across) {
        List<float[]> one = results(new JavaBackend(1), small, down, across);
        for (int threads : new int[] {2, 3, 7}) {
            List<float[]> many = results(new JavaBackend(threads), small, down, across);
            for (int i = 0; i < one.size(); i++) {
                assertThat(many.get(i))
                        .as("result %d with %d threads", i, threads)
                        .containsExactly(one.get(i));
            }
        }
    }

    private static List<float[]> results(Backend backend, Shape small, int down, int across) {
        Tensor x = Samples.normal(1, small).to(backend);
        Tensor dy = Samples.normal(2, small.axis(0), small.axis(1) * down, small.axis(2) * across, small.axis(3))
                .to(backend);
        Tensor y = backend.empty(dy.shape());
        Tensor dx = backend.empty(small);
        List<float[]> results = new ArrayList<>();
        backend.upsample(x, y);
        backend.upsampleGradient(dy, dx);
        results.add(y.toArray());
        results.add(dx.toArray());
        for (boolean alignCorners : new boolean[] {false, true}) {
            backend.upsampleBilinear(x, alignCorners, y);
            backend.upsampleBilinearGradient(dy, alignCorners, dx);
            results.add(y.toArray());
            results.add(dx.toArray());
        }
        return results;
    }
}
