package io.github.grisaille.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CudaImagesTest extends CudaAgreement {
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
        });
    }

    /** @param extents batch, height, width, channels, and the factors for height and width */
    @ParameterizedTest
    @MethodSource("enlargements")
    void upsampling(int[] e) {
        int[] large = {e[0], e[1] * e[4], e[2] * e[5], e[3]};
        sameBits(bench -> {
            Backend b = bench.backend;
            Tensor x = bench.in(e[0], e[1], e[2], e[3]);
            Tensor dy = bench.in(large);
            b.upsample(x, bench.out("nearest", large));
            b.upsampleGradient(dy, bench.out("nearest, gradient", x));
            for (boolean alignCorners : new boolean[] {false, true}) {
                String mode = alignCorners ? "aligned corners" : "half pixels";
                b.upsampleBilinear(x, alignCorners, bench.out(mode, large));
                b.upsampleBilinearGradient(dy, alignCorners, bench.out(mode + ", gradient", x));
            }
        });
    }

    static Stream<int[]> enlargements() {
        return Stream.of(
                new int[] {2, 9, 8, 5, 2, 2},
                new int[] {3, 1, 7, 1, 3, 1},
                new int[] {1, 6, 1, 3, 4, 5},
                new int[] {2, 2, 3, 17, 5, 3},
                new int[] {1, 1, 1, 2, 1, 1});
    }

    @Test
    void imagesAreMovedAndBlanked() {
        Tensor x = cuda.tensor(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, Shape.of(2, 2, 2, 1));
        Tensor y = cuda.empty(x.shape());
        cuda.translate(x, new int[] {1, 0}, new int[] {0, -1}, y);
        assertThat(y.toArray()).containsExactly(0, 0, 1, 2, 6, 0, 8, 0);
        cuda.blank(x, new int[] {0, -1}, new int[] {1, 0}, 2, 1, y);
        assertThat(y.toArray()).containsExactly(1, 0, 3, 0, 0, 6, 7, 8);
    }
}
