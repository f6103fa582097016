package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.RandomStream;
import java.nio.ByteBuffer;

/** Writes a kernel's record, field by field in the order of its struct in src/main/cuda. */
final class CudaRecord {
    private final ByteBuffer bytes;

    CudaRecord(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** A pointer; 0 is null. */
    CudaRecord address(long address) {
        bytes.putLong(address);
        return this;
    }

    CudaRecord integer(int value) {
        bytes.putInt(value);
        return this;
    }

    CudaRecord integers(int... values) {
        for (int value : values) {
            bytes.putInt(value);
        }
        return this;
    }

    CudaRecord number(float value) {
        bytes.putFloat(value);
        return this;
    }

    CudaRecord flag(boolean value) {
        return integer(value ? 1 : 0);
    }

    /** The part of a stream that {@code blocks} blocks were reserved of. */
    CudaRecord random(RandomStream random, long blocks) {
        bytes.putLong(random.seed());
        bytes.putLong(random.stream());
        bytes.putLong(random.reserve(blocks));
        return this;
    }
}
