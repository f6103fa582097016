package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/** Copies of images with a border of zeros, in the scratch memory of a thread. */
record Padding(int height, int width, int channels, int above, int left, int below, int right) {
    /** A border that is equally wide on opposite sides. */
    static Padding around(int height, int width, int channels, int vertical, int horizontal) {
        return new Padding(height, width, channels, vertical, horizontal, vertical, horizontal);
    }

    /** A border with room for all that the windows of a convolution cover, and for the whole image. */
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

    /** A border with room for the windows of all phases of a transposed convolution. */
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

    /** The index of a pixel of image n. Rows and columns are counted with the border. */
    int place(int n, int y, int x) {
        return Scratch.START + n * paddedFloats() + offset(y, x);
    }

    /** The distance of a pixel from the first pixel of its image. */
    int offset(int y, int x) {
        return y * rowFloats() + x * channels;
    }

    /** An array with room for some images. The first begins at {@link Scratch#START}. */
    float[] space(int images) {
        return Scratch.own().aligned(Scratch.Use.IMAGES, images * paddedFloats());
    }

    /** Copies the images from … to − 1 and adds their borders. */
    float[] copy(float[] images, int from, int to) {
        float[] padded = space(to - from);
        copy(images, from, 0, to - from, padded);
        return padded;
    }

    /** Copies the images first + from … first + to − 1 to the places from … to − 1, and adds their borders. */
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

    /** Writes one image without its border. */
    void crop(float[] padded, int n, float[] images) {
        int row = width * channels;
        for (int y = 0; y < height; y++) {
            System.arraycopy(padded, place(0, above + y, left), images, (n * height + y) * row, row);
        }
    }

    /**
     * The places of windows: the index of the first value of each. The windows move by a stride, and an image has rows
     * × columns of them.
     */
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
