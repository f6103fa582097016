package io.github.grisaille.backend.cuda;

import static io.github.grisaille.backend.cuda.CudaDriver.check;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * Device memory. A block that comes back is kept for the next tensor of its size, because the driver's own allocation waits
 * for the device, and a training step asks for the same sizes again and again.
 *
 * <p>A tensor's memory comes back when the garbage collector finds that nobody holds its storage. The collector does not know
 * how full the device's memory is. So it is called when tensors hold twice as much as after the last call, and when the
 * memory is full. All work is on one stream, so memory may be used again while the last kernel that reads it still waits.
 *
 * <p>Callers hold the device's lock.
 */
final class CudaMemory implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();
    /** Small blocks are multiples of this, as the driver's are. */
    private static final long GRAIN = 512;
    /** An allocation that small blocks share. */
    private static final long SLAB = 8L << 20;
    /** Larger blocks have an allocation of their own, a multiple of {@link #PAGE}. */
    private static final long LARGEST_IN_SLAB = 1L << 20;

    private static final long PAGE = 2L << 20;
    private static final long FIRST_BUDGET = 256L << 20;
    private static final int PATIENCE_MILLISECONDS = 200;

    /** Memory that the driver gave in one piece. */
    private static final class Allocation extends CUdeviceptr {
        final long bytes;

        Allocation(long bytes) {
            this.bytes = bytes;
        }

        long address() {
            return getNativePointer() + getByteOffset();
        }
    }

    /** A part of an allocation, or the whole. */
    static final class Block {
        private final Allocation allocation;
        private final long offset;
        private final long bytes;

        private Block(Allocation allocation, long offset, long bytes) {
            this.allocation = allocation;
            this.offset = offset;
            this.bytes = bytes;
        }

        /** The address as kernels see it. */
        long address() {
            return allocation.address() + offset;
        }

        CUdeviceptr pointer() {
            return allocation.withByteOffset(offset);
        }

        CUdeviceptr pointer(long byteOffset) {
            return allocation.withByteOffset(offset + byteOffset);
        }

        long bytes() {
            return bytes;
        }
    }

    /** The values of a tensor. */
    static final class Values implements Storage {
        private final Backend backend;
        private final Block block;
        private final int size;

        private Values(Backend backend, Block block, int size) {
            this.backend = backend;
            this.block = block;
            this.size = size;
        }

        @Override
        public Backend backend() {
            return backend;
        }

        @Override
        public int size() {
            return size;
        }
    }

    private final CudaDevice device;
    private final boolean sharing;
    private final Runnable settle;
    private final Set<Allocation> allocations = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Long, Deque<Block>> free = new HashMap<>();
    private final Queue<Block> returned = new ConcurrentLinkedQueue<>();
    private Allocation slab;
    private long slabUsed = SLAB;
    private long allocated;
    private long used;
    private long peak;
    private long budget = FIRST_BUDGET;

    /**
     * @param sharing whether small blocks share an allocation. Otherwise each block has its own, of exactly its size, so
     *     that a checker notices every access outside a block.
     * @param settle submits the launches that wait, and waits until they are done. After it nobody uses a free block.
     */
    CudaMemory(CudaDevice device, boolean sharing, Runnable settle) {
        this.device = device;
        this.sharing = sharing;
        this.settle = settle;
    }

    /** The address of a tensor's values, as kernels see it. */
    static long address(Tensor tensor) {
        return block(tensor).address();
    }

    /** The memory of a tensor's values. */
    static Block block(Tensor tensor) {
        return ((Values) tensor.storage()).block;
    }

    /** Memory for values. It comes back when nobody holds the storage any more. */
    Values values(Backend backend, int size) {
        Block block = take((long) size * Float.BYTES);
        Values values = new Values(backend, block, size);
        Queue<Block> home = returned;
        CLEANER.register(values, () -> home.add(block));
        return values;
    }

    /** A block of at least this many bytes, to be given back. Its content is not defined. */
    Block take(long bytes) {
        long wanted = rounded(Math.max(1, bytes));
        drain();
        Block block = reuse(wanted);
        if (block == null && used + wanted > budget) {
            collect(wanted);
            budget = Math.max(FIRST_BUDGET, 2 * used);
            block = reuse(wanted);
        }
        if (block == null) {
            block = fresh(bytes, wanted);
        }
        used += block.bytes;
        peak = Math.max(peak, used);
        return block;
    }

    void give(Block block) {
        used -= block.bytes;
        free.computeIfAbsent(block.bytes, bytes -> new ArrayDeque<>()).push(block);
    }

    private long rounded(long bytes) {
        if (!sharing) {
            return bytes;
        }
        long unit = bytes <= LARGEST_IN_SLAB ? GRAIN : PAGE;
        return (bytes + unit - 1) / unit * unit;
    }

    private Block reuse(long bytes) {
        Deque<Block> waiting = free.get(bytes);
        return waiting == null ? null : waiting.poll();
    }

    private void drain() {
        for (Block block = returned.poll(); block != null; block = returned.poll()) {
            give(block);
        }
    }

    private Block fresh(long asked, long bytes) {
        if (!sharing || bytes > LARGEST_IN_SLAB) {
            return new Block(allocate(asked, bytes), 0, bytes);
        }
        if (slabUsed + bytes > SLAB) {
            slab = allocate(asked, SLAB);
            slabUsed = 0;
        }
        Block block = new Block(slab, slabUsed, bytes);
        slabUsed += bytes;
        return block;
    }

    private Allocation allocate(long asked, long bytes) {
        device.enter();
        Allocation allocation = new Allocation(bytes);
        int status = JCudaDriver.cuMemAlloc(allocation, bytes);
        if (status == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            collect(Long.MAX_VALUE);
            trim();
            status = JCudaDriver.cuMemAlloc(allocation, bytes);
        }
        if (status == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            long[] onDevice = onDevice();
            throw new CudaFailure(
                    "the GPU is out of memory: " + CudaMemoryReport.megabytes(asked) + " are needed, tensors use "
                            + CudaMemoryReport.megabytes(used)
                            + ", and " + CudaMemoryReport.megabytes(onDevice[0]) + " of the device's "
                            + CudaMemoryReport.megabytes(onDevice[1])
                            + " are free. Use a smaller batch or a narrower network, or stop other programs that use the"
                            + " GPU",
                    new CudaFailure("an allocation", status));
        }
        check("allocating " + CudaMemoryReport.megabytes(bytes) + " on the GPU", status);
        allocated += bytes;
        allocations.add(allocation);
        return allocation;
    }

    /** Calls the garbage collector, and waits until a block of this size came back, or until no more blocks come. */
    private void collect(long bytes) {
        System.gc();
        long end = System.nanoTime() + PATIENCE_MILLISECONDS * 1_000_000L;
        long before = used;
        while (System.nanoTime() < end) {
            drain();
            boolean enough = free.containsKey(bytes) && !free.get(bytes).isEmpty();
            if (enough || used < before && returned.isEmpty() && used < budget / 2) {
                return;
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Gives free blocks back to the driver, except parts of slabs. */
    private void trim() {
        settle.run();
        for (Deque<Block> blocks : free.values()) {
            blocks.removeIf(block -> {
                boolean whole = block.bytes == block.allocation.bytes;
                if (whole) {
                    release(block.allocation);
                }
                return whole;
            });
        }
    }

    private void release(Allocation allocation) {
        check("freeing memory of the GPU", JCudaDriver.cuMemFree(allocation));
        allocations.remove(allocation);
        allocated -= allocation.bytes;
    }

    private static long[] onDevice() {
        long[] available = new long[1];
        long[] total = new long[1];
        check("reading the GPU's free memory", JCudaDriver.cuMemGetInfo(available, total));
        return new long[] {available[0], total[0]};
    }

    /** What the device's memory holds. Waits for nothing. */
    CudaMemoryReport report() {
        device.enter();
        drain();
        long[] onDevice = onDevice();
        return new CudaMemoryReport(used, allocated, peak, onDevice[0], onDevice[1]);
    }

    /** Gives everything back to the driver. Tensors that are still held must not be used any more. */
    @Override
    public void close() {
        List.copyOf(allocations).forEach(this::release);
        free.clear();
    }
}
