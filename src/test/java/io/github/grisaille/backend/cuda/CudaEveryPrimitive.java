package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.PointwiseLoss;

/** The tests of agreement with the Java backend, for programs without JUnit. */
final class CudaEveryPrimitive {
    private CudaEveryPrimitive() {}

    /** The fastest of these tests. */
    static void few(CudaBackend backend) {
        CudaAgreement.on(backend, () -> {
            new CudaElementsTest().simpleOperations();
            new CudaReductionsTest().sums();
        });
    }

    /** Most kernels, at sizes that do not fill a block. */
    static void atAwkwardSizes(CudaBackend backend) {
        few(backend);
        CudaAgreement.on(backend, () -> {
            new CudaLossesTest().otherLosses();
            new CudaOptimizersTest().optimiserSteps();
            new CudaRandomTest().randomNumbersAreTheSameBits();
            CudaNormalizationTest normalization = new CudaNormalizationTest();
            normalization.columnsAndNormalisation(new CudaNormalizationTest.Matrix(207, 33));
            normalization.columnsAndNormalisation(new CudaNormalizationTest.Matrix(13, 1));
            CudaImagesTest.windows().forEach(new CudaImagesTest()::pooling);
            CudaImagesTest.enlargements().forEach(new CudaImagesTest()::upsampling);
            for (Activation.Kind kind : Activation.Kind.values()) {
                new CudaElementsTest().activations(kind);
            }
            for (PointwiseLoss loss : PointwiseLoss.values()) {
                new CudaLossesTest().pointwiseLosses(loss);
            }
        });
    }

    /** All of these tests. */
    static void all(CudaBackend backend) {
        atAwkwardSizes(backend);
        CudaAgreement.on(backend, () -> {
            CudaElementsTest elements = new CudaElementsTest();
            elements.extremeValues();
            elements.activationsThatFollowAreOneKernelAndTheSameValues();
            elements.activationsInPlaceAreTheSameValues();
            CudaNormalizationTest normalization = new CudaNormalizationTest();
            normalization.varianceOfDataWithALargeMean();
            CudaNormalizationTest.matrices().forEach(normalization::columnsAndNormalisation);
            CudaProductsTest products = new CudaProductsTest();
            products.productsWithALongSumAreSplit();
            products.largeTiles();
            CudaProductsTest.convolutions().forEach(products::convolution);
            CudaProductsTest.groupedConvolutions().forEach(products::convolution);
        });
    }
}
