package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.ImagePrimitives;
import io.github.grisaille.tensor.Tensor;

/** Pooling, resampling and framing of images. */
final class CudaImages implements ImagePrimitives {
    /** Images whose places fit into one record. The rest goes into further launches. */
    private static final int MOST_IMAGES = 16_384;

    private final CudaLaunches launches;

    CudaImages(CudaLaunches launches) {
        this.launches = launches;
    }

    @Override
    public void maxPool(Tensor x, ConvGeometry window, Tensor y, Tensor places) {
        pool(CudaKernel.MAX_POOL, window, Extents.of(x, y), y, x, null, y, places);
    }

    @Override
    public void maxPoolGradient(Tensor dy, Tensor places, ConvGeometry window, Tensor dx) {
        pool(CudaKernel.MAX_POOL_GRADIENT, window, Extents.of(dx, dy), dx, dy, places, dx, null);
    }

    @Override
    public void maxPoolTangent(Tensor direction, Tensor places, ConvGeometry window, Tensor y) {
        pool(CudaKernel.MAX_POOL_TANGENT, window, Extents.of(direction, y), y, direction, places, y, null);
    }

    @Override
    public void averagePool(Tensor x, ConvGeometry window, Tensor y) {
        pool(CudaKernel.AVERAGE_POOL, window, Extents.of(x, y), y, x, null, y, null);
    }

    @Override
    public void averagePoolGradient(Tensor dy, ConvGeometry window, Tensor dx) {
        pool(CudaKernel.AVERAGE_POOL_GRADIENT, window, Extents.of(dx, dy), dx, dy, null, dx, null);
    }

    /** @param tensors what is pooled, the places that are read, the result, and the places that are written, or null */
    private void pool(CudaKernel kernel, ConvGeometry w, Extents e, Tensor result, Tensor... tensors) {
        launches.launch(
                kernel,
                CudaGrid.over(result.size()),
                result,
                record -> record.addresses(tensors)
                        .integers(e.batch(), e.height(), e.width(), e.channels(), e.outHeight(), e.outWidth())
                        .integers(w.kernelHeight(), w.kernelWidth(), w.strideHeight(), w.strideWidth())
                        .integers(w.padHeight(), w.padWidth()));
    }

    @Override
    public void upsample(Tensor x, int factor, Tensor y) {
        resample(CudaKernel.UPSAMPLE, x, factor, new int[] {x.axis(1) * factor, x.axis(2) * factor, x.axis(3)}, y);
    }

    @Override
    public void upsampleGradient(Tensor dy, int factor, Tensor dx) {
        resample(CudaKernel.UPSAMPLE_GRADIENT, dy, factor, new int[] {dx.axis(1), dx.axis(2), dx.axis(3)}, dx);
    }

    /** @param extents height, width and channels of the image that is written */
    private void resample(CudaKernel kernel, Tensor x, int factor, int[] extents, Tensor y) {
        launches.launch(
                kernel,
                CudaGrid.over(y.size()),
                y,
                record -> record.addresses(x, y).integers(y.size(), factor).integers(extents));
    }

    @Override
    public void translate(Tensor x, int[] down, int[] right, Tensor y) {
        frame(CudaKernel.TRANSLATE, x, down, right, 0, 0, y);
    }

    @Override
    public void blank(Tensor x, int[] top, int[] left, int height, int width, Tensor y) {
        frame(CudaKernel.BLANK, x, top, left, height, width, y);
    }

    private void frame(CudaKernel kernel, Tensor x, int[] down, int[] right, int height, int width, Tensor y) {
        int item = x.size() / x.axis(0);
        for (int first = 0; first < down.length; first += MOST_IMAGES) {
            int from = first;
            int count = Math.min(MOST_IMAGES, down.length - from);
            long offset = (long) from * item * Float.BYTES;
            launches.launch(kernel, CudaGrid.over(count * item), y, record -> {
                record.address(CudaMemory.address(x) + offset)
                        .address(CudaMemory.address(y) + offset)
                        .integers(count * item, x.axis(1), x.axis(2), x.axis(3), height, width);
                for (int i = from; i < from + count; i++) {
                    record.integer(down[i]).integer(right[i]);
                }
            });
        }
    }
}
