package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.AwkwardSizes;
import io.github.grisaille.tensor.Backend;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.Arguments;

/** The primitives on the GPU, at sizes that fill no block. */
class CudaAwkwardSizesTest extends AwkwardSizes {
    private static CudaBackend cuda;

    static Stream<Arguments> sizes() {
        return sizes("cuda");
    }

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
    protected Backend backend(String loops) {
        return cuda;
    }
}
