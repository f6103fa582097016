package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.ElementPrimitives;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.ProductPrimitives;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.List;

/** Matrix products and convolutions: which views they multiply. {@link CudaTiling} says how blocks share the work. */
final class CudaProducts implements ProductPrimitives {
    /**
     * What the problems of one launch have in common. Their views are parts of a and of b.
     *
     * @param alongA whether the terms of the sums run along the columns of a's views
     * @param alongB the same for b
     * @param biasPeriod the number of columns after which the bias begins again
     */
    private record Launch(
            Tensor a,
            Tensor b,
            boolean alongA,
            boolean alongB,
            Tensor bias,
            int biasPeriod,
            Write write,
            Tensor result) {
        List<Storage> operands() {
            return bias == null ? List.of(a.storage(), b.storage()) : List.of(a.storage(), b.storage(), bias.storage());
        }
    }

    private final CudaLaunches launches;
    private final ElementPrimitives elements;
    private final CudaGroupedConvolution grouped;
    private final boolean tf32;

    CudaProducts(CudaLaunches launches, ElementPrimitives elements, CudaSums sums, boolean tf32) {
        this.launches = launches;
        this.elements = elements;
        this.grouped = new CudaGroupedConvolution(launches, sums);
        this.tf32 = tf32;
    }

    @Override
    public void matmul(Factor a, Factor b, Epilogue epilogue, Write write, Tensor c) {
        int n = b.columns();
        CudaProblem problem = CudaProblem.plain(matrix(a.tensor()), matrix(b.tensor()), a.rows(), n, a.columns());
        launch(
                new Launch(a.tensor(), b.tensor(), !a.transposed(), b.transposed(), epilogue.bias(), n, write, c),
                List.of(problem));
        activate(epilogue, c);
    }

    @Override
    public void conv(Tensor image, Tensor weight, Epilogue epilogue, ConvGeometry geometry, Tensor out) {
        if (geometry.isGrouped()) {
            grouped.forward(image, weight, epilogue.bias(), geometry, out);
            activate(epilogue, out);
            return;
        }
        CudaView windows = CudaView.windows(CudaMemory.address(image), geometry, Extents.of(image, out));
        int n = out.axis(3);
        CudaView taps = CudaView.matrix(CudaMemory.address(weight), windows.columns(), n);
        CudaProblem problem = CudaProblem.plain(windows, taps, windows.rows(), n, windows.columns());
        launch(new Launch(image, weight, true, false, epilogue.bias(), n, Write.REPLACE, out), List.of(problem));
        activate(epilogue, out);
    }

    @Override
    public void convWeightGradient(Tensor image, Tensor out, ConvGeometry geometry, Write write, Tensor dWeight) {
        if (geometry.isGrouped()) {
            grouped.weightGradient(image, out, geometry, write, dWeight);
            return;
        }
        CudaView windows = CudaView.windows(CudaMemory.address(image), geometry, Extents.of(image, out));
        int n = out.axis(3);
        CudaView gradients = CudaView.matrix(CudaMemory.address(out), windows.rows(), n);
        CudaProblem problem = CudaProblem.plain(windows, gradients, windows.columns(), n, windows.rows());
        launch(new Launch(image, out, false, false, null, n, write, dWeight), List.of(problem));
    }

    /** All phases are one launch. */
    @Override
    public void convTranspose(Tensor out, Tensor weight, Epilogue epilogue, ConvGeometry geometry, Tensor image) {
        if (geometry.isGrouped()) {
            grouped.transpose(out, weight, epilogue.bias(), geometry, image);
            activate(epilogue, image);
            return;
        }
        Extents e = Extents.of(image, out);
        List<CudaProblem> problems = seesOneTap(geometry, e)
                ? List.of(stamps(out, weight, e))
                : CudaPhases.of(CudaMemory.address(out), CudaMemory.address(weight), geometry, e);
        launch(new Launch(out, weight, true, true, epilogue.bias(), e.channels(), Write.REPLACE, image), problems);
        activate(epilogue, image);
    }

    /** Whether every pixel of the image sees one tap only. Then the transposed convolution is a plain product. */
    private static boolean seesOneTap(ConvGeometry g, Extents e) {
        return e.outPixels() == 1
                && g.padHeight() == 0
                && g.padWidth() == 0
                && e.height() == g.kernelHeight()
                && e.width() == g.kernelWidth();
    }

    private static CudaProblem stamps(Tensor out, Tensor weight, Extents e) {
        int n = e.imageFloats();
        CudaView a = CudaView.matrix(CudaMemory.address(out), e.batch(), e.outChannels());
        CudaView b = CudaView.matrix(CudaMemory.address(weight), n, e.outChannels());
        return CudaProblem.plain(a, b, e.batch(), n, e.outChannels());
    }

    private static CudaView matrix(Tensor tensor) {
        return CudaView.matrix(CudaMemory.address(tensor), tensor.shape().rows(), tensor.axis(-1));
    }

    private void launch(Launch launch, List<CudaProblem> problems) {
        CudaTiling tiling = CudaTiling.of(problems);
        launches.launch(
                CudaKernel.product(tiling.tile(), launch.alongA, launch.alongB, tf32),
                tiling.grid(),
                launch.result,
                launch.operands(),
                record -> write(record, launch, tiling, problems));
    }

    private static void write(CudaRecord record, Launch launch, CudaTiling tiling, List<CudaProblem> problems) {
        record.addresses(launch.result)
                .activated()
                .addresses(launch.bias)
                .partials(tiling.partialBytes())
                .integers(tiling.splits(), tiling.down(), tiling.across(), launch.biasPeriod)
                .flag(launch.write.adds())
                .function()
                .unused();
        for (CudaProblem problem : problems) {
            problem.write(record);
        }
    }

    private void activate(Epilogue epilogue, Tensor result) {
        if (epilogue.activation() != null) {
            elements.activate(epilogue.activation(), result, result);
        }
    }
}
