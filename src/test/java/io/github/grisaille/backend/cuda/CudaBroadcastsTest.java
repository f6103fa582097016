package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.BroadcastContract;
import io.github.grisaille.tensor.Backend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Operands that are repeated and sums over axes, on the GPU. */
class CudaBroadcastsTest extends BroadcastContract {
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
