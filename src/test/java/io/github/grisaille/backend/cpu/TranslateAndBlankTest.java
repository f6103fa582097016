package io.github.grisaille.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Translations and boxes agree with their definitions, also beyond the frame. */
class TranslateAndBlankTest {
    private final JavaBackend backend = new JavaBackend(2);

    static Stream<Long> seeds() {
        return IntStream.rangeClosed(1, 12).mapToObj(Long::valueOf);
    }

    /** Reads an image of (height, width, channels) by its indices. Outside the image there are zeros. */
    private record Batch(float[] values, int height, int width, int channels) {
        float at(int n, int row, int column, int channel) {
            boolean inside = row >= 0 && row < height && column >= 0 && column < width;
            return inside ? values[((n * height + row) * width + column) * channels + channel] : 0;
        }
    }

    private interface Pixel {
        float at(int n, int row, int column, int channel);
    }

    private static float[] drawn(Shape shape, Pixel pixel) {
        float[] values = new float[shape.size()];
        int i = 0;
        for (int n = 0; n < shape.axis(0); n++) {
            for (int row = 0; row < shape.axis(1); row++) {
                for (int column = 0; column < shape.axis(2); column++) {
                    for (int c = 0; c < shape.axis(3); c++) {
                        values[i++] = pixel.at(n, row, column, c);
                    }
                }
            }
        }
        return values;
    }

    private Tensor images(RandomStream random, long seed) {
        // the batch of the first seed is large enough for several threads
        Shape shape = seed == 1
                ? Shape.of(40, 32, 33, 3)
                : Shape.of(1 + random.nextInt(4), 1 + random.nextInt(7), 1 + random.nextInt(7), 1 + random.nextInt(4));
        return backend.tensor(Samples.normal(seed, shape).toArray(), shape);
    }

    private static int[] places(RandomStream random, int count, int low, int high) {
        return IntStream.range(0, count)
                .map(n -> low + random.nextInt(high - low + 1))
                .toArray();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void translation(long seed) {
        RandomStream random = new RandomStream(seed, 3);
        Tensor x = images(random, seed);
        int items = x.axis(0);
        int[] down = places(random, items, -x.axis(1) - 1, x.axis(1) + 1);
        int[] right = places(random, items, -x.axis(2) - 1, x.axis(2) + 1);
        Tensor y = backend.tensor(Samples.normal(9, x.shape()).toArray(), x.shape());
        backend.translate(x, down, right, y);
        Batch given = new Batch(x.toArray(), x.axis(1), x.axis(2), x.axis(3));
        assertThat(y.toArray())
                .containsExactly(
                        drawn(x.shape(), (n, row, column, c) -> given.at(n, row - down[n], column - right[n], c)));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void boxes(long seed) {
        RandomStream random = new RandomStream(seed, 4);
        Tensor x = images(random, seed);
        int height = random.nextInt(x.axis(1) + 2);
        int width = random.nextInt(x.axis(2) + 2);
        int[] top = places(random, x.axis(0), -height - 1, x.axis(1) + 1);
        int[] left = places(random, x.axis(0), -width - 1, x.axis(2) + 1);
        Batch given = new Batch(x.toArray(), x.axis(1), x.axis(2), x.axis(3));
        float[] expected = drawn(x.shape(), (n, row, column, c) -> {
            boolean hit = row >= top[n] && row < top[n] + height && column >= left[n] && column < left[n] + width;
            return hit ? 0 : given.at(n, row, column, c);
        });
        Tensor y = backend.tensor(Samples.normal(9, x.shape()).toArray(), x.shape());
        backend.blank(x, top, left, height, width, y);
        assertThat(y.toArray()).containsExactly(expected);
        backend.blank(x, top, left, height, width, x);
        assertThat(x.toArray()).containsExactly(expected);
    }

    @Test
    void refusesWhatDoesNotFit() {
        Tensor x = backend.empty(Shape.of(2, 3, 3, 1));
        Tensor y = backend.empty(Shape.of(2, 3, 3, 1));
        assertThatThrownBy(() -> backend.translate(x, new int[2], new int[3], y))
                .hasMessage("translate needs a place for each of 2 images; got 3");
        assertThatThrownBy(() -> backend.translate(x, new int[2], new int[2], x))
                .hasMessageContaining("translate does not work in place");
        assertThatThrownBy(() -> backend.blank(x, new int[2], new int[2], 1, 1, backend.empty(Shape.of(2, 9))))
                .hasMessageContaining("of one shape; got 2×3×3×1 and 2×9");
        assertThatThrownBy(() -> backend.blank(x, new int[2], new int[2], -1, 1, y))
                .hasMessageContaining("at least 0 rows and columns; got -1×1");
    }
}
