package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/**
 * Most kernels, at sizes that do not fill a block. Each tensor has an allocation of its own, so that AddressSanitizer notices
 * every access outside it. With an argument, a kernel reads one value too many, which AddressSanitizer must report.
 */
final class CudaSanitizerMain {
    private CudaSanitizerMain() {}

    public static void main(String[] arguments) {
        CudaBackend backend = CudaBackend.withSeparateAllocations(CudaPrecision.FLOAT32);
        if (arguments.length > 0) {
            stepOut(backend);
        } else {
            stayWithin(backend);
        }
        backend.synchronize();
        System.out.println("all within bounds");
    }

    private static void stepOut(CudaBackend backend) {
        Tensor small = backend.empty(Shape.of(100));
        backend.launches()
                .launch(
                        CudaKernel.CLAMP,
                        CudaGrid.blocks(1),
                        small,
                        record -> record.addresses(small, small)
                                .integer(small.size() + 1)
                                .number(0)
                                .number(1));
    }

    private static void stayWithin(CudaBackend backend) {
        CudaBackend tf32 = CudaBackend.withSeparateAllocations(CudaPrecision.TF32);
        for (CudaBackend each : new CudaBackend[] {backend, tf32}) {
            CudaBench bench = new CudaBench(each);
            products(bench, 33, 70, 19);
            products(bench, 5, 3, 1001);
            convolutions(bench, ConvGeometry.square(4, 2, 1), 8, 8, 3, 5);
            convolutions(bench, new ConvGeometry(2, 3, 3, 1, 0, 2), 8, 7, 4, 8);
            convolutions(bench, ConvGeometry.square(3, 2, 1).dilation(2, 3), 8, 7, 3, 5);
            convolutions(bench, ConvGeometry.square(3, 2, 1).dilation(1, 2).groups(2), 8, 7, 6, 4);
            convolutions(bench, ConvGeometry.square(3, 1, 1).groups(5), 6, 7, 5, 5);
        }
        CudaEveryPrimitive.atAwkwardSizes(backend);
    }

    private static void products(CudaBench bench, int m, int n, int k) {
        Tensor bias = bench.in(n);
        bench.backend.matmul(
                Factor.of(bench.in(m, k)),
                Factor.of(bench.in(k, n)),
                Epilogue.bias(bias),
                Write.REPLACE,
                bench.in(m, n));
        bench.backend.matmul(
                Factor.transposed(bench.in(k, m)),
                Factor.of(bench.in(k, n)),
                Epilogue.bias(bias),
                Write.ADD,
                bench.in(m, n));
        bench.backend.matmul(Factor.of(bench.in(m, k)), Factor.transposed(bench.in(n, k)), bench.in(m, n));
        bench.backend.matmul(Factor.transposed(bench.in(k, m)), Factor.transposed(bench.in(n, k)), bench.in(m, n));
    }

    private static void convolutions(CudaBench bench, ConvGeometry g, int height, int width, int in, int out) {
        Tensor image = bench.in(3, height, width, in);
        Tensor made = bench.in(3, g.outputHeight(height), g.outputWidth(width), out);
        Tensor weight = bench.in(g.kernelHeight(), g.kernelWidth(), in / g.groups(), out);
        bench.backend.conv(image, weight, Epilogue.bias(bench.in(out)), g, made);
        bench.backend.convTranspose(made, weight, Epilogue.bias(bench.in(in)), g, image);
        bench.backend.convWeightGradient(image, made, g, Write.REPLACE, weight);
    }
}
