package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/** Convolutions whose channels are in groups. {@link CudaProducts} has all other convolutions. */
final class CudaGroupedConvolution {
    private final CudaLaunches launches;
    private final CudaSums sums;

    CudaGroupedConvolution(CudaLaunches launches, CudaSums sums) {
        this.launches = launches;
        this.sums = sums;
    }

    /** @param bias one value for each output channel, or null */
    void forward(Tensor image, Tensor weight, Tensor bias, ConvGeometry g, Tensor out) {
        launch(CudaKernel.GROUPED_CONVOLUTION, g, Extents.of(image, out), out, image, weight, bias, out);
    }

    /** @param bias one value for each image channel, or null */
    void transpose(Tensor out, Tensor weight, Tensor bias, ConvGeometry g, Tensor image) {
        launch(CudaKernel.GROUPED_TRANSPOSE, g, Extents.of(image, out), image, out, weight, bias, image);
    }

    /** @param tensors what is read, the weights, the bias or null, and the result */
    private void launch(CudaKernel kernel, ConvGeometry g, Extents e, Tensor result, Tensor... tensors) {
        launches.launch(kernel, CudaGrid.over(result.size()), result, record -> write(record.addresses(tensors), g, e));
    }

    void weightGradient(Tensor image, Tensor out, ConvGeometry g, Write write, Tensor dWeight) {
        Extents e = Extents.of(image, out);
        sums.overColumns(
                CudaKernel.GROUPED_WEIGHT_GRADIENT,
                e.batch() * e.outPixels(),
                dWeight.size(),
                dWeight,
                record -> write(record.addresses(image, out, dWeight), g, e)
                        .flag(write.adds())
                        .unused());
    }

    private static CudaRecord write(CudaRecord record, ConvGeometry g, Extents e) {
        return record.integers(e.batch(), e.height(), e.width(), e.channels(), e.outHeight(), e.outWidth())
                .integers(g.kernelHeight(), g.kernelWidth(), g.strideHeight(), g.strideWidth())
                .integers(g.padHeight(), g.padWidth(), e.outChannels())
                .integers(g.dilationHeight(), g.dilationWidth(), g.groups());
    }
}
