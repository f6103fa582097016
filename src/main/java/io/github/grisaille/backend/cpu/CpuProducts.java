package io.github.grisaille.backend.cpu;

import static io.github.grisaille.backend.cpu.HeapStorage.values;
import static io.github.grisaille.backend.cpu.HeapStorage.valuesOrNull;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.ProductPrimitives;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/** Matrix products and convolutions on the CPU. */
final class CpuProducts implements ProductPrimitives {
    private final InnerLoops loops;
    private final Gemm gemm;
    private final Convolution convolution;
    private final GroupedConvolution grouped;

    CpuProducts(WorkerPool pool, InnerLoops loops) {
        this.loops = loops;
        gemm = new Gemm(pool, loops);
        convolution = new Convolution(pool, loops);
        grouped = new GroupedConvolution(pool, loops);
    }

    @Override
    public void matmul(Factor a, Factor b, Epilogue epilogue, Write write, Tensor c) {
        gemm.multiply(
                matrix(a), matrix(b), loop(epilogue), write.adds(), values(c), a.rows(), b.columns(), a.columns());
    }

    private static Gemm.Matrix matrix(Factor factor) {
        return new Gemm.Matrix(values(factor.tensor()), factor.transposed());
    }

    private EpilogueLoop loop(Epilogue epilogue) {
        return new EpilogueLoop(valuesOrNull(epilogue.bias()), epilogue.activation(), loops);
    }

    @Override
    public void conv(Tensor image, Tensor weight, Epilogue epilogue, ConvGeometry geometry, Tensor out) {
        Extents extents = Extents.of(image, out);
        if (isGroupedOrDilated(geometry)) {
            grouped.forward(values(image), values(weight), loop(epilogue), geometry, extents, values(out));
        } else {
            convolution.forward(values(image), values(weight), loop(epilogue), geometry, extents, values(out));
        }
    }

    @Override
    public void convTranspose(Tensor out, Tensor weight, Epilogue epilogue, ConvGeometry geometry, Tensor image) {
        Extents extents = Extents.of(image, out);
        if (isGroupedOrDilated(geometry)) {
            grouped.transpose(values(out), values(weight), loop(epilogue), geometry, extents, values(image));
        } else {
            convolution.transpose(values(out), values(weight), loop(epilogue), geometry, extents, values(image));
        }
    }

    @Override
    public void convWeightGradient(Tensor image, Tensor out, ConvGeometry geometry, Write write, Tensor dWeight) {
        Extents extents = Extents.of(image, out);
        if (isGroupedOrDilated(geometry)) {
            grouped.weightGradient(values(image), values(out), geometry, extents, write.adds(), values(dWeight));
        } else {
            convolution.weightGradient(values(image), values(out), geometry, extents, write.adds(), values(dWeight));
        }
    }

    private static boolean isGroupedOrDilated(ConvGeometry geometry) {
        return geometry.isGrouped() || geometry.isDilated();
    }
}
