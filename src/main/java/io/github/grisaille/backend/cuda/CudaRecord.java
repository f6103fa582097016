package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes a kernel's record, field by field in the order of its struct in src/main/cuda. The record is written to memory that
 * grows as needed. {@link CudaLaunches} then copies it to where the device reads it.
 *
 * <p>Some fields may change after the record is written: the number of parts, and the activation that follows. The record
 * remembers where they are.
 */
final class CudaRecord {
    /** The ordinal after the last activation's: no function follows. */
    private static final int NO_FUNCTION = Activation.Kind.values().length;

    private static final int FIRST_BYTES = 4096;

    private final CudaPartials partials;
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES).order(ByteOrder.nativeOrder());
    private int countAt;
    private int activatedAt;
    private int functionAt;

    CudaRecord(CudaPartials partials) {
        this.partials = partials;
    }

    /** Begins a new record. */
    void clear() {
        bytes.clear();
    }

    /** The number of bytes written. */
    int size() {
        return bytes.position();
    }

    /** Copies what was written to the position of a buffer. */
    void copyTo(ByteBuffer target) {
        target.put(bytes.array(), 0, size());
    }

    private ByteBuffer room(int more) {
        if (bytes.remaining() < more) {
            int size = Math.max(2 * bytes.capacity(), bytes.position() + more);
            bytes = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder()).put(bytes.flip());
        }
        return bytes;
    }

    /** A pointer; 0 is null. */
    CudaRecord address(long address) {
        room(Long.BYTES).putLong(address);
        return this;
    }

    /** Pointers to the values of tensors. A tensor that is null gives a pointer that is null. */
    CudaRecord addresses(Tensor... tensors) {
        for (Tensor tensor : tensors) {
            address(tensor == null ? 0 : CudaMemory.address(tensor));
        }
        return this;
    }

    CudaRecord integer(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    CudaRecord integers(int... values) {
        for (int value : values) {
            integer(value);
        }
        return this;
    }

    CudaRecord number(float value) {
        room(Float.BYTES).putFloat(value);
        return this;
    }

    CudaRecord flag(boolean value) {
        return integer(value ? 1 : 0);
    }

    /** A field that no kernel reads. It keeps the fields after it, or the struct's size, at a multiple of 8 bytes. */
    CudaRecord unused() {
        return integer(0);
    }

    /** A part of a random stream, which is moved on by this many blocks of words. */
    CudaRecord random(RandomStream random, long blocks) {
        return address(random.seed()).address(random.stream()).address(random.reserve(blocks));
    }

    /**
     * Memory for this many bytes of partial sums, and the counters.
     *
     * @param size in bytes; 0 if the launch has no partial sums
     */
    CudaRecord partials(long size) {
        return address(size == 0 ? 0 : partials.address(size)).address(partials.counters());
    }

    /** The number of parts in the record: one, and more when others join. */
    CudaRecord count() {
        countAt = size();
        return integer(1);
    }

    /** The place for the address that the activated result goes to. */
    CudaRecord activated() {
        activatedAt = size();
        return address(0);
    }

    /** The places for the activation and its slope. */
    CudaRecord function() {
        functionAt = size();
        return integer(NO_FUNCTION).number(0);
    }

    /** Where {@link #count} wrote, in bytes from the record's beginning. */
    int countAt() {
        return countAt;
    }

    /** Where {@link #activated} wrote. */
    int activatedAt() {
        return activatedAt;
    }

    /** Where {@link #function} wrote. */
    int functionAt() {
        return functionAt;
    }
}
