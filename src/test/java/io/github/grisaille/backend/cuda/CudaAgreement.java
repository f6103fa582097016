package io.github.grisaille.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.backend.cpu.JavaBackend;
import io.github.grisaille.backend.cpu.PlainLoops;
import io.github.grisaille.oracle.Samples;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Compares primitives on the GPU with the Java backend's plain loops. */
abstract class CudaAgreement {
    static final JavaBackend JAVA = PlainLoops.backend(1);

    static CudaBackend cuda;

    /** Some primitives, on any backend. */
    interface Primitives {
        void run(CudaBench bench);
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

    /** Runs tests on another backend, without JUnit. */
    static void on(CudaBackend other, Runnable tests) {
        cuda = other;
        tests.run();
    }

    /** @param terms the largest number of terms in a sum */
    static void agree(int terms, Primitives primitives) {
        CudaBench expected = new CudaBench(JAVA);
        CudaBench actual = new CudaBench(cuda);
        primitives.run(expected);
        primitives.run(actual);
        Map<String, float[]> values = actual.read();
        expected.read().forEach((name, wanted) -> Samples.assertClose(name, values.get(name), wanted, terms));
    }

    static void sameBits(Primitives primitives) {
        CudaBench expected = new CudaBench(JAVA);
        CudaBench actual = new CudaBench(cuda);
        primitives.run(expected);
        primitives.run(actual);
        Map<String, float[]> values = actual.read();
        expected.read()
                .forEach((name, wanted) -> assertThat(values.get(name)).as(name).containsExactly(wanted));
    }

    /** Sizes that fill a block, and sizes that do not. */
    static int[] sizes() {
        return new int[] {1, 3, 6, 13, 17, 207, 1024, 5003};
    }
}
