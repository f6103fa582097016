package io.github.grisaille.backend.cpu;

import static io.github.grisaille.backend.cpu.HeapStorage.values;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.ImagePrimitives;
import io.github.grisaille.tensor.Tensor;

/** Pooling, upsampling, translation and blanking of images on the CPU. */
final class CpuImages implements ImagePrimitives {
    private final Pooling pooling;
    private final Upsampling upsampling;
    private final TranslateAndBlank translateAndBlank;

    CpuImages(WorkerPool pool, InnerLoops loops) {
        pooling = new Pooling(pool, loops);
        upsampling = new Upsampling(pool);
        translateAndBlank = new TranslateAndBlank(pool);
    }

    @Override
    public void maxPool(Tensor x, ConvGeometry window, Tensor y, Tensor places) {
        pooling.max(values(x), window, Extents.of(x, y), values(y), values(places));
    }

    @Override
    public void maxPoolGradient(Tensor dy, Tensor places, ConvGeometry window, Tensor dx) {
        pooling.maxGradient(values(dy), values(places), window, Extents.of(dx, dy), values(dx));
    }

    @Override
    public void maxPoolTangent(Tensor direction, Tensor places, ConvGeometry window, Tensor y) {
        pooling.maxTangent(values(direction), values(places), window, Extents.of(direction, y), values(y));
    }

    @Override
    public void averagePool(Tensor x, ConvGeometry window, Tensor y) {
        pooling.average(values(x), window, Extents.of(x, y), values(y));
    }

    @Override
    public void averagePoolGradient(Tensor dy, ConvGeometry window, Tensor dx) {
        pooling.averageGradient(values(dy), window, Extents.of(dx, dy), values(dx));
    }

    @Override
    public void upsample(Tensor x, Tensor y) {
        upsampling.nearest(values(x), Extents.of(x, y), values(y));
    }

    @Override
    public void upsampleGradient(Tensor dy, Tensor dx) {
        upsampling.nearestGradient(values(dy), Extents.of(dx, dy), values(dx));
    }

    @Override
    public void upsampleBilinear(Tensor x, boolean alignCorners, Tensor y) {
        upsampling.bilinear(values(x), Extents.of(x, y), alignCorners, values(y));
    }

    @Override
    public void upsampleBilinearGradient(Tensor dy, boolean alignCorners, Tensor dx) {
        upsampling.bilinearGradient(values(dy), Extents.of(dx, dy), alignCorners, values(dx));
    }

    @Override
    public void translate(Tensor x, int[] down, int[] right, Tensor y) {
        translateAndBlank.translate(values(x), down, right, x.axis(1), x.axis(2), x.axis(3), values(y));
    }

    @Override
    public void blank(Tensor x, int[] top, int[] left, int height, int width, Tensor y) {
        translateAndBlank.blank(values(x), top, left, height, width, x.axis(1), x.axis(2), x.axis(3), values(y));
    }
}
