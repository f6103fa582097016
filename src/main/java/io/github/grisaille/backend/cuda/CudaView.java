package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;

/**
 * A matrix as a product's kernel reads it: the struct {@code View} of src/main/cuda/products.cuh, which has the formula.
 *
 * <p>The rows run along (item, y, x) and the columns along (tap down, tap across, channel). A plain matrix has one place (y,
 * x) an item, and one tap.
 *
 * @param tapsAcross the number of taps in a row of the window
 * @param strideItem values from an item to the next
 */
record CudaView(
        long address, int rows, int columns, int tapsAcross, int channels, int strideItem, Axis down, Axis across) {
    private static final int VECTOR = 4;
    private static final int VECTOR_BYTES = 16;

    /**
     * One axis of the images. Place y and tap i meet the pixel y · step + i · tap + origin. The value is 0 where the image
     * has no such pixel.
     *
     * @param places the number of places along the axis
     * @param extent the image's number of pixels along the axis
     * @param stride values from a pixel to the next
     */
    record Axis(int places, int step, int tap, int origin, int extent, int stride) {
        /** One place, one tap and one pixel. */
        static final Axis SINGLE = new Axis(1, 0, 0, 0, 1, 0);
    }

    /** A plain matrix. */
    static CudaView matrix(long address, int rows, int columns) {
        return new CudaView(address, rows, columns, 1, columns, columns, Axis.SINGLE, Axis.SINGLE);
    }

    /** A row for each window of a batch of images, and a column for each tap and channel. */
    static CudaView windows(long image, ConvGeometry g, Extents e) {
        int row = e.width() * e.channels();
        return new CudaView(
                image,
                e.batch() * e.outPixels(),
                g.kernelHeight() * g.kernelWidth() * e.channels(),
                g.kernelWidth(),
                e.channels(),
                e.imageFloats(),
                new Axis(e.outHeight(), g.strideHeight(), g.dilationHeight(), -g.padHeight(), e.height(), row),
                new Axis(e.outWidth(), g.strideWidth(), g.dilationWidth(), -g.padWidth(), e.width(), e.channels()));
    }

    void write(CudaRecord record) {
        record.address(address)
                .integers(rows, columns, down.places, across.places, tapsAcross, channels)
                .integers(down.step, across.step, down.tap, across.tap, down.origin, across.origin)
                .integers(down.extent, across.extent, strideItem, down.stride, across.stride)
                .flag(hasVectors());
    }

    /** Whether each four columns lie together in memory, at a multiple of 16 bytes. */
    private boolean hasVectors() {
        return address % VECTOR_BYTES == 0
                && columns % VECTOR == 0
                && channels % VECTOR == 0
                && strideItem % VECTOR == 0
                && down.stride % VECTOR == 0
                && across.stride % VECTOR == 0;
    }
}
