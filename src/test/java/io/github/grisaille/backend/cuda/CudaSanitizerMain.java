package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Every primitive at sizes that fill no block, each tensor in an allocation of its own: what AddressSanitizer then
 * watches. With an argument, a step out of a tensor at the end, which it must find.
 */
final class CudaSanitizerMain {
    private CudaSanitizerMain() {}

    public static void main(String[] arguments) {
        CudaBackend backend = new CudaBackend(CudaBackend.Precision.FLOAT32, false, false);
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
                .add(CudaKernel.CLAMP, 1, 1, 32, small)
                .address(backend.address(small))
                .address(backend.address(small))
                .integer(101)
                .number(0)
                .number(1);
    }

    private static void stayWithin(CudaBackend backend) {
        CudaBackend tf32 = new CudaBackend(CudaBackend.Precision.TF32, false, false);
        for (CudaBackend each : new CudaBackend[] {backend, tf32}) {
            CudaAgreementTest.Bench bench = new CudaAgreementTest.Bench(each);
            products(bench, 33, 70, 19);
            products(bench, 5, 3, 1001);
            convolutions(bench, ConvGeometry.square(4, 2, 1), 8, 8, 3, 5);
            convolutions(bench, new ConvGeometry(2, 3, 3, 1, 0, 2), 8, 7, 4, 8);
        }
        CudaAgreementTest.on(backend, test -> {
            test.simpleOperations();
            test.sums();
            test.otherLosses();
            test.optimiserSteps();
            test.randomNumbersAreTheSameBits();
            test.columnsAndNormalisation(207, 33);
            test.columnsAndNormalisation(13, 1);
            CudaAgreementTest.windows().forEach(test::pooling);
            for (Activation.Kind kind : Activation.Kind.values()) {
                test.activations(kind);
            }
            for (PointwiseLoss loss : PointwiseLoss.values()) {
                test.pointwiseLosses(loss);
            }
        });
    }

    private static void products(CudaAgreementTest.Bench bench, int m, int n, int k) {
        Tensor bias = bench.in(n);
        bench.backend.matmul(bench.in(m, k), false, bench.in(k, n), false, bias, false, bench.in(m, n));
        bench.backend.matmul(bench.in(k, m), true, bench.in(k, n), false, bias, true, bench.in(m, n));
        bench.backend.matmul(bench.in(m, k), false, bench.in(n, k), true, null, false, bench.in(m, n));
        bench.backend.matmul(bench.in(k, m), true, bench.in(n, k), true, null, false, bench.in(m, n));
    }

    private static void convolutions(
            CudaAgreementTest.Bench bench, ConvGeometry g, int height, int width, int in, int out) {
        Tensor image = bench.in(3, height, width, in);
        Tensor made = bench.in(3, g.outputHeight(height), g.outputWidth(width), out);
        Tensor weight = bench.in(g.kernelHeight(), g.kernelWidth(), in, out);
        bench.backend.conv(image, weight, bench.in(out), g, made);
        bench.backend.convTranspose(made, weight, bench.in(in), g, image);
        bench.backend.convWeightGradient(image, made, g, false, weight);
    }
}
