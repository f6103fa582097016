package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/** Images with zeros around them, in a thread's scratch memory. */
record Padding(int height, int width, int channels, int above, int left, int below, int right) {
    /** The same zeros on both sides. */
    static Padding around(int height, int width, int channels, int vertical, int horizontal) {
        return new Padding(height, width, channels, vertical, horizontal, vertical, horizontal);
    }

    /** Room for all that the windows of a convolution cover, and for the whole image. */
    static Padding covering(ConvGeometry g, Extents e) {
        int reachY = (e.outHeight() - 1) * g.strideHeight() + g.kernelHeight() - g.padHeight();
        int reachX = (e.outWidth() - 1) * g.strideWidth() + g.kernelWidth() - g.padWidth();
        return new Padding(
                e.height(),
                e.width(),
                e.channels(),
                g.padHeight(),
                g.padWidth(),
                Math.max(0, reachY - e.height()),
                Math.max(0, reachX - e.width()));
    }

    /** Room for the windows of all phases of a transposed convolution. */
    static Padding forWindows(Phase[] phases, Extents e) {
        return new Padding(
                e.outHeight(),
                e.outWidth(),
                e.outChannels(),
                most(phases, Phase::zerosAbove),
                most(phases, Phase::zerosLeft),
                most(phases, Phase::zerosBelow),
                most(phases, Phase::zerosRight));
    }

    private static int most(Phase[] phases, ToIntFunction<Phase> zeros) {
        return Arrays.stream(phases).mapToInt(zeros).max().orElseThrow();
    }

    int rowFloats() {
        return (left + width + right) * channels;
    }

    int paddedFloats() {
        return (above + height + below) * rowFloats();
    }

    /** Where a pixel is, counted with the zeros. */
    int place(int n, int y, int x) {
        return Scratch.START + n * paddedFloats() + offset(y, x);
    }

    /** How far a pixel is from the first of its image. */
    int offset(int y, int x) {
        return y * rowFloats() + x * channels;
    }

    /** Room for some images, of which the first begins at {@link Scratch#START}. */
    float[] space(int images) {
        return Scratch.own().aligned(Scratch.Use.IMAGES, images * paddedFloats());
    }

    /** Images from … to − 1 with their zeros. */
    float[] copy(float[] images, int from, int to) {
        float[] padded = space(to - from);
        copy(images, from, 0, to - from, padded);
        return padded;
    }

    /** Images first + from … first + to − 1, to the places from … to − 1. */
    void copy(float[] images, int first, int from, int to, float[] padded) {
        int row = width * channels;
        int head = left * channels;
        for (int n = from; n < to; n++) {
            int at = (first + n) * height * row;
            int target = place(n, 0, 0);
            Arrays.fill(padded, target, target + above * rowFloats(), 0);
            target += above * rowFloats();
            for (int y = 0; y < height; y++, at += row, target += rowFloats()) {
                Arrays.fill(padded, target, target + head, 0);
                System.arraycopy(images, at, padded, target + head, row);
                Arrays.fill(padded, target + head + row, target + rowFloats(), 0);
            }
            Arrays.fill(padded, target, target + below * rowFloats(), 0);
        }
    }

    /** Writes one image without what is around it, each channel with its bias added if there is one. */
    void crop(float[] padded, float[] bias, int n, float[] images) {
        int row = width * channels;
        for (int y = 0; y < height; y++) {
            int at = place(0, above + y, left);
            int target = (n * height + y) * row;
            System.arraycopy(padded, at, images, target, row);
            if (bias != null) {
                for (int j = 0; j < row; j++) {
                    images[target + j] += bias[j % channels];
                }
            }
        }
    }

    /** The first values of windows that move by a stride, rows × columns of them an image. */
    RowProduct.Places windows(int rows, int columns, int strideY, int strideX) {
        return (from, count, places) -> {
            int n = from / (rows * columns);
            int y = from / columns % rows;
            int x = from % columns;
            for (int i = 0; i < count; i++) {
                places[i] = place(n, y * strideY, x * strideX);
                if (++x == columns) {
                    x = 0;
                    if (++y == rows) {
                        y = 0;
                        n++;
                    }
                }
            }
        };
    }
}
