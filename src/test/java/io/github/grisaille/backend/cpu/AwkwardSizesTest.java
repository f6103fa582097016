package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.AwkwardSizes;
import io.github.grisaille.tensor.Backend;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The primitives of the CPU at awkward sizes, with vectors and with plain loops. */
class AwkwardSizesTest extends AwkwardSizes {
    static Stream<Arguments> sizes() {
        return sizes("vector", "plain");
    }

    @Override
    protected Backend backend(String loops) {
        return new JavaBackend(2, loops.equals("plain") ? new PlainInnerLoops() : LoopChoice.vector());
    }
}
