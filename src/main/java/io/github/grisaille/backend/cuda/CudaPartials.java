package io.github.grisaille.backend.cuda;

import static io.github.grisaille.backend.cuda.CudaDriver.check;

import jcuda.driver.JCudaDriver;

/**
 * Memory where blocks leave partial sums for the last block to add up, and the counters that tell a block whether it is the
 * last. All launches use the same memory, because they run one after another. Callers hold the device's lock.
 */
final class CudaPartials {
    /** Each counter is 0 between launches. */
    static final int COUNTERS = 4096;

    private static final long FIRST_BYTES = 1 << 20;

    private final CudaMemory memory;
    private final CudaMemory.Block counters;
    private CudaMemory.Block partials;

    CudaPartials(CudaDevice device, CudaMemory memory) {
        this.memory = memory;
        counters = memory.take((long) COUNTERS * Integer.BYTES);
        partials = memory.take(FIRST_BYTES);
        check(
                "clearing counters",
                JCudaDriver.cuMemsetD8Async(
                        counters.pointer(), (byte) 0, (long) COUNTERS * Integer.BYTES, device.computing()));
    }

    /** The address of at least this many bytes. They belong to one launch; the next launch may write to them too. */
    long address(long bytes) {
        if (bytes > partials.bytes()) {
            CudaMemory.Block larger = memory.take(bytes);
            memory.give(partials);
            partials = larger;
        }
        return partials.address();
    }

    long counters() {
        return counters.address();
    }
}
