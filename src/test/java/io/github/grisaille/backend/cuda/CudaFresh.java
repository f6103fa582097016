package io.github.grisaille.backend.cuda;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests that need a backend which nobody used before. */
abstract class CudaFresh {
    CudaBackend cuda;

    @BeforeEach
    void open() {
        CudaStandIn.orSkip();
        cuda = new CudaBackend(CudaPrecision.FLOAT32);
    }

    @AfterEach
    void close() {
        if (cuda != null) {
            cuda.close();
        }
    }
}
