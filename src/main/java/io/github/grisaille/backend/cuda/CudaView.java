package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;

/**
 * A matrix as a product's kernel reads it: the struct {@code View} of src/main/cuda/products.cuh, which says what the
 * numbers mean.
 */
record CudaView(
        long address,
        int rows,
        int columns,
        int gridHeight,
        int gridWidth,
        int tapsAcross,
        int channels,
        int stepY,
        int stepX,
        int tapY,
        int tapX,
        int originY,
        int originX,
        int height,
        int width,
        int strideItem,
        int strideY,
        int strideX) {
    /** A pointer and eighteen integers. */
    static final int BYTES = 80;

    private static final int VECTOR = 4;
    private static final int VECTOR_BYTES = 16;

    static CudaView matrix(long address, int rows, int columns) {
        return new CudaView(address, rows, columns, 1, 1, 1, columns, 0, 0, 0, 0, 0, 0, 1, 1, columns, 0, 0);
    }

    /** A row for each window of a batch of images, a column for each tap and channel. */
    static CudaView windows(long image, ConvGeometry g, Extents e) {
        return new CudaView(
                image,
                e.batch() * e.outPixels(),
                g.kernelHeight() * g.kernelWidth() * e.channels(),
                e.outHeight(),
                e.outWidth(),
                g.kernelWidth(),
                e.channels(),
                g.strideHeight(),
                g.strideWidth(),
                1,
                1,
                -g.padHeight(),
                -g.padWidth(),
                e.height(),
                e.width(),
                e.pixels() * e.channels(),
                e.width() * e.channels(),
                e.channels());
    }

    CudaRecord write(CudaRecord record) {
        boolean vectors = address % VECTOR_BYTES == 0
                && columns % VECTOR == 0
                && channels % VECTOR == 0
                && strideItem % VECTOR == 0
                && strideY % VECTOR == 0
                && strideX % VECTOR == 0;
        return record.address(address)
                .integers(rows, columns, gridHeight, gridWidth, tapsAcross, channels, stepY, stepX, tapY, tapX)
                .integers(originY, originX, height, width, strideItem, strideY, strideX)
                .flag(vectors);
    }
}
