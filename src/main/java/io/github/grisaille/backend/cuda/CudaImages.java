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
    public void upsample(Tensor x, Tensor y) {
        resample(CudaKernel.UPSAMPLE, x, Extents.of(x, y), false, y);
    }

    @Override
    public void upsampleGradient(Tensor dy, Tensor dx) {
        resample(CudaKernel.UPSAMPLE_GRADIENT, dy, Extents.of(dx, dy), false, dx);
    }

    @Override
    public void upsampleBilinear(Tensor x, boolean alignCorners, Tensor y) {
        resample(CudaKernel.UPSAMPLE_BILINEAR, x, Extents.of(x, y), alignCorners, y);
    }

    @Override
    public void upsampleBilinearGradient(Tensor dy, boolean alignCorners, Tensor dx) {
        resample(CudaKernel.UPSAMPLE_BILINEAR_GRADIENT, dy, Extents.of(dx, dy), alignCorners, dx);
    }

    /** @param e the extents of the small image and of the large one */
    private void resample(CudaKernel kernel, Tensor from, Extents e, boolean alignCorners, Tensor result) {
        launches.launch(
                kernel,
                CudaGrid.over(result.size()),
                result,
                record -> record.addresses(from, result)
                        .integers(e.batch(), e.height(), e.width(), e.channels(), e.outHeight(), e.outWidth())
                        .flag(alignCorners)
                        .unused());
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
