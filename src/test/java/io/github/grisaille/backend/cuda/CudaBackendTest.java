package io.github.grisaille.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.backend.BackendContract;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every backend does, and memory and refusals of this one. */
class CudaBackendTest extends BackendContract {
    private CudaBackend cuda;

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

    @Override
    protected Backend backend() {
        return cuda;
    }

    /** The tensors together are four times as large as the device's memory, but only one is held at a time. */
    @Test
    void forgottenTensorsMakeRoom() {
        CudaStandIn.itselfOrSkip();
        CudaStandIn.memory(CudaStandIn.liveBytes() + (16 << 20));
        try {
            for (int i = 0; i < 16; i++) {
                Tensor large = cuda.empty(Shape.of(1 << 20));
                cuda.fill(i, large);
                Tensor sum = cuda.empty(Shape.of(1));
                cuda.sum(large, sum);
                assertThat(sum.item()).isEqualTo((float) i * (1 << 20));
            }
        } finally {
            CudaStandIn.memory(2L << 30);
        }
    }

    @Test
    void outOfMemorySaysHowMuch() {
        CudaStandIn.itselfOrSkip();
        CudaStandIn.memory(CudaStandIn.liveBytes() + (10 << 20));
        try {
            Tensor held = cuda.empty(Shape.of(1 << 20));
            assertThatThrownBy(() -> cuda.empty(Shape.of(2 << 20)))
                    .isInstanceOf(CudaFailure.class)
                    .hasMessageMatching("the GPU is out of memory: 8 MB are needed, tensors use \\d+ MB, and 6 MB of"
                            + " the device's \\d+ MB are free\\. Use a smaller batch or a narrower network, or"
                            + " stop other programs that use the GPU");
            cuda.fill(3, held);
            assertThat(held.toArray()).containsOnly(3);
        } finally {
            CudaStandIn.memory(2L << 30);
        }
    }

    @Test
    void tensorsOfOthersAndOfAClosedBackendAreRefused() {
        Tensor own = cuda.empty(Shape.of(3));
        cuda.fill(2, own);
        Tensor foreign = Tensor.of(new float[3], 3);
        assertThatThrownBy(() -> cuda.add(own, foreign, own))
                .hasMessageContaining("belongs to cpu (")
                .hasMessageContaining("move it with tensor.to(backend)");
        RandomStream random = new RandomStream(1, 2);
        assertThatThrownBy(() -> cuda.uniform(random, 0, 1, foreign)).hasMessageContaining("belongs to cpu (");
        assertThat(random.position()).isZero();
        assertThatThrownBy(() -> cuda.clamp(foreign, 0, 1, own)).isInstanceOf(IllegalArgumentException.class);
        assertThat(own.toArray()).as("nothing was launched").containsOnly(2);
        try (CudaBackend other = new CudaBackend(CudaPrecision.FLOAT32)) {
            Tensor theirs = other.empty(Shape.of(3));
            assertThatThrownBy(() -> cuda.copy(theirs, own)).hasMessageContaining("and was given to");
        }
        cuda.close();
        assertThatThrownBy(own::toArray).hasMessageContaining("was closed: its tensors are gone");
    }
}
