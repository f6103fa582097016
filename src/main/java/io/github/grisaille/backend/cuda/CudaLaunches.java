package io.github.grisaille.backend.cuda;

import static io.github.grisaille.backend.cuda.CudaDriver.check;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/**
 * Launches that wait.
 *
 * <p>A primitive does not launch its kernel: it writes the kernel's record and returns. When a value is read, or the next
 * batch is written, all launches that wait are submitted: one copy brings their records to the device, and the kernels
 * follow. {@link CudaGraphs} says how the kernels become one CUDA graph.
 *
 * <p>The last launch may still take more work: the activation of its result ({@link #activate}), or another tensor of the
 * same kind ({@link #share}).
 *
 * <p>Records are written to pinned memory. There are several sets of it, so the next step is written while the device works
 * on this one.
 *
 * <p>Each method holds the device's lock from beginning to end, so several threads may use one backend.
 */
final class CudaLaunches implements AutoCloseable {
    private static final int SET_BYTES = 1 << 19;
    private static final int SETS = 4;
    private static final int ALIGNMENT = 16;
    private static final int MOST_PARTS = 64;

    /** Says which tensors may share a launch. */
    interface Company {
        /** Whether the tensor that comes next may join this one. */
        boolean takes(Company next);
    }

    /** Writes what a record says of one of the tensors that share a launch. */
    interface Part {
        /** @param firstBlock the first of the blocks that work on this tensor */
        void write(CudaRecord record, int firstBlock);
    }

    /** What the last launch may still take. */
    private sealed interface Open permits Activatable, Shared {}

    /**
     * The last launch makes the result, and its record has places for an activation.
     *
     * @param operands what the launch reads. The activation must not be written to their memory. They are held here so that
     *     the garbage collector does not give their memory to the activation.
     */
    private record Activatable(Storage result, List<Storage> operands, int activatedAt, int functionAt)
            implements Open {
        boolean takes(Tensor x, Tensor y) {
            return result == x.storage() && !operands.contains(y.storage());
        }
    }

    /**
     * The last launch works on several tensors, and may take more.
     *
     * @param newest the company of the tensor that joined last
     * @param countAt where the number of tensors is
     */
    private record Shared(Company newest, int countAt, int blocks, int count) implements Open {}

    private static final class PinnedSet {
        final Pointer pointer = new Pointer();
        final CUevent copied = new CUevent();
        final ByteBuffer bytes;

        PinnedSet() {
            check("allocating pinned memory", JCudaDriver.cuMemAllocHost(pointer, SET_BYTES));
            check("making an event", JCudaDriver.cuEventCreate(copied, CUevent_flags.CU_EVENT_DISABLE_TIMING));
            bytes = pointer.getByteBuffer(0, SET_BYTES).order(ByteOrder.nativeOrder());
        }
    }

    private final CudaDevice device;
    private final boolean oneByOne;
    private final CudaMemory.Block records;
    private final CudaGraphs graphs;
    private final CudaRecord record;
    private final CudaQueue queue = new CudaQueue();
    private final PinnedSet[] sets = new PinnedSet[SETS];
    private int set;
    private Open open;

    /**
     * @param oneByOne whether to submit every launch at once and wait for it. This is slow, but then a failure names its
     *     kernel.
     */
    CudaLaunches(CudaDevice device, CudaProgram program, CudaMemory memory, boolean oneByOne) {
        this.device = device;
        this.oneByOne = oneByOne;
        records = memory.take(SET_BYTES);
        graphs = new CudaGraphs(device, program, records);
        for (int i = 0; i < SETS; i++) {
            sets[i] = new PinnedSet();
        }
        record = new CudaRecord(new CudaPartials(device, memory));
    }

    /**
     * Adds a launch.
     *
     * @param result what the kernel makes, for messages
     * @param fields writes the kernel's record
     */
    void launch(CudaKernel kernel, CudaGrid grid, Tensor result, Consumer<CudaRecord> fields) {
        synchronized (device) {
            write(fields);
            add(kernel, grid, result);
        }
    }

    /**
     * Adds a launch that can take the activation of its result.
     *
     * @param operands what the kernel reads
     * @param fields writes the kernel's record, with {@link CudaRecord#activated} and {@link CudaRecord#function}
     */
    void launch(CudaKernel kernel, CudaGrid grid, Tensor result, List<Storage> operands, Consumer<CudaRecord> fields) {
        synchronized (device) {
            write(fields);
            int at = add(kernel, grid, result);
            open = new Activatable(result.storage(), operands, at + record.activatedAt(), at + record.functionAt());
        }
    }

    /** Has the last launch write y = f(x) too, if it makes x and can take an activation; false otherwise. */
    boolean activate(Activation f, Tensor x, Tensor y) {
        synchronized (device) {
            device.checkOpen();
            if (open instanceof Activatable last && last.takes(x, y)) {
                bytes().putLong(last.activatedAt, CudaMemory.address(y));
                bytes().putInt(last.functionAt, f.kind().ordinal());
                bytes().putFloat(last.functionAt + Integer.BYTES, f.slope());
                open = null;
                return true;
            }
            return false;
        }
    }

    /**
     * Adds a tensor to the last launch if its company takes the tensor, and a new launch otherwise.
     *
     * @param blocks the blocks that work on this tensor alone; 0 if one block works on all tensors
     * @param head writes what the record says of all tensors, with {@link CudaRecord#count}
     * @param part writes what the record says of this tensor
     */
    void share(CudaKernel kernel, Company company, int blocks, Tensor result, Consumer<CudaRecord> head, Part part) {
        synchronized (device) {
            if (open instanceof Shared last && last.newest.takes(company) && join(last, company, blocks, part)) {
                return;
            }
            write(fields -> {
                head.accept(fields);
                part.write(fields, 0);
            });
            int at = add(kernel, CudaGrid.blocks(Math.max(1, blocks)), result);
            open = new Shared(company, at + record.countAt(), blocks, 1);
        }
    }

    /** False if the set of records is full. */
    private boolean join(Shared last, Company company, int blocks, Part part) {
        write(fields -> part.write(fields, last.blocks));
        if (record.size() > bytes().remaining()) {
            return false;
        }
        record.copyTo(bytes());
        int count = last.count + 1;
        int all = last.blocks + blocks;
        bytes().putInt(last.countAt, count);
        queue.widenLast(Math.max(1, all));
        open = count == MOST_PARTS ? null : new Shared(company, last.countAt, all, count);
        return true;
    }

    private void write(Consumer<CudaRecord> fields) {
        device.checkOpen();
        record.clear();
        fields.accept(record);
    }

    /** Adds a launch with the record that was just written, and says where the record begins. */
    private int add(CudaKernel kernel, CudaGrid grid, Tensor result) {
        int size = record.size();
        if (size > SET_BYTES) {
            throw new IllegalArgumentException("the kernel " + kernel.symbol() + " takes a record of at most "
                    + SET_BYTES + " bytes; got " + size + ": use a smaller batch or a smaller stride");
        }
        int at = (bytes().position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (oneByOne || queue.isFull() || at + size > SET_BYTES) {
            submit();
            at = bytes().position();
        }
        queue.add(kernel, grid, at, result.shape());
        bytes().position(at);
        record.copyTo(bytes());
        open = null;
        return at;
    }

    /** The pinned memory that records are written to. The last record ends at its position. */
    private ByteBuffer bytes() {
        return sets[set].bytes;
    }

    /** Submits all that wait. */
    void submit() {
        synchronized (device) {
            device.checkOpen();
            if (queue.isEmpty()) {
                return;
            }
            device.enter();
            PinnedSet own = sets[set];
            check(
                    "copying records to the GPU",
                    JCudaDriver.cuMemcpyHtoDAsync(
                            records.pointer(), own.pointer, own.bytes.position(), device.computing()));
            check("recording an event", JCudaDriver.cuEventRecord(own.copied, device.computing()));
            String first = oneByOne ? queue.describe(0) : "";
            try {
                graphs.launch(queue);
            } finally {
                queue.clear();
                open = null;
                set = (set + 1) % SETS;
                bytes().clear();
            }
            check("waiting for the GPU", JCudaDriver.cuEventSynchronize(sets[set].copied));
            if (oneByOne) {
                awaitNaming(first);
            }
        }
    }

    private void awaitNaming(String kernel) {
        try {
            device.await();
        } catch (CudaFailure failed) {
            throw new CudaFailure(kernel + " failed: " + failed.getMessage(), failed);
        }
    }

    /** Whether launches that came before go as a graph. */
    void replay(boolean wanted) {
        synchronized (device) {
            graphs.replay(wanted);
        }
    }

    /** The number of graphs launched so far. */
    long replays() {
        synchronized (device) {
            return graphs.replays();
        }
    }

    /** The number of kernels launched so far, alone or within a graph. */
    long launched() {
        synchronized (device) {
            return graphs.launched();
        }
    }

    @Override
    public void close() {
        graphs.close();
        for (PinnedSet each : sets) {
            JCudaDriver.cuEventDestroy(each.copied);
            JCudaDriver.cuMemFreeHost(each.pointer);
        }
    }
}
