package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.EpilogueContract;
import io.github.grisaille.tensor.Backend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The bias and the activation after products and convolutions on the GPU. */
class CudaEpilogueTest extends EpilogueContract {
    private static CudaBackend cuda;

    @BeforeAll
    static void open() {
        CudaStandIn.orSkip();
        cuda = new CudaBackend(CudaPrecision.FLOAT32);
    }

    @AfterAll
    static void close() {
        if (cuda != null) {
            cuda.close();
        }
    }

    @Override
    protected Backend backend() {
        return cuda;
    }
}
