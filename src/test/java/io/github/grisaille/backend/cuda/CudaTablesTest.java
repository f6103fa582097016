package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.ElementContract;
import io.github.grisaille.tensor.Backend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Simple functions of values, tables and extreme values, on the GPU. */
class CudaTablesTest extends ElementContract {
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
