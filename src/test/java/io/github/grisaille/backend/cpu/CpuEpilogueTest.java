package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.EpilogueContract;
import io.github.grisaille.tensor.Backend;
import org.junit.jupiter.api.Nested;

/** The bias and the activation after products and convolutions on the CPU, with vectors and with plain loops. */
class CpuEpilogueTest extends EpilogueContract {
    @Override
    protected Backend backend() {
        return Backend.cpu();
    }

    @Nested
    class OnPlainLoops extends EpilogueContract {
        private final Backend plain = PlainLoops.backend(1);

        @Override
        protected Backend backend() {
            return plain;
        }
    }
}
