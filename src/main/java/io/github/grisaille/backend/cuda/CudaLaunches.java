package io.github.grisaille.backend.cuda;

import static io.github.grisaille.backend.cuda.CudaDriver.check;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/**
 * Launches that wait, and their graphs.
 *
 * <p>A primitive does not launch its kernel: it writes the kernel's record and goes on. When something has to be read, or
 * the next batch is written, all that wait are submitted: their records go to the device in one copy, and then the
 * kernels follow. Where the same kernels on the same grids were submitted before, they go as one CUDA graph. A graph holds
 * no number and no address of a tensor, only kernels, grids and the places of records; so a graph of a training step
 * fits every later step, whatever its learning rate, random numbers and buffers, and no stale value can be replayed.
 * What differs (a last, smaller batch; a step with a penalty) is another graph.
 *
 * <p>Records are written to pinned memory, of which there are several sets, so the next step is written while the device
 * works on this one.
 */
final class CudaLaunches implements AutoCloseable {
    /** The largest set of records. */
    static final int SET_BYTES = 1 << 19;

    private static final int SETS = 4;
    private static final int MOST_LAUNCHES = 4096;
    private static final int ALIGNMENT = 16;
    private static final int INTS = 4;
    private static final int LEAST_IN_GRAPH = 2;
    private static final int MOST_GRAPHS = 64;
    private static final CudaKernel[] KERNELS = CudaKernel.values();

    /** The kernels, grids and places of records of some launches. */
    private static final class Sequence {
        private final int[] launches;
        private final int length;

        Sequence(int[] launches, int length) {
            this.launches = launches;
            this.length = length;
        }

        Sequence copy() {
            return new Sequence(Arrays.copyOf(launches, length), length);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Sequence sequence
                    && Arrays.equals(launches, 0, length, sequence.launches, 0, sequence.length);
        }

        @Override
        public int hashCode() {
            int hash = length;
            for (int i = 0; i < length; i++) {
                hash = 31 * hash + launches[i];
            }
            return hash;
        }
    }

    /** A sequence that was submitted: with its graph from the second time on. */
    private static final class Known {
        private CUgraphExec graph;

        void destroy() {
            if (graph != null) {
                JCudaDriver.cuGraphExecDestroy(graph);
            }
        }
    }

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
    private final CudaProgram program;
    private final boolean ampere;
    private final boolean oneByOne;
    private final CudaMemory.Block records;
    private final PinnedSet[] sets = new PinnedSet[SETS];
    private final int[] launches = new int[INTS * MOST_LAUNCHES];
    private final Shape[] results = new Shape[MOST_LAUNCHES];
    private final ByteBuffer parameter = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    private final Pointer parameters = Pointer.to(Pointer.toBuffer(parameter));
    private final Map<Sequence, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Sequence, Known> eldest) {
            if (size() > MOST_GRAPHS) {
                eldest.getValue().destroy();
                return true;
            }
            return false;
        }
    };
    private int set;
    private int count;
    private Object mark;
    private long replays;
    private long launched;
    private boolean replaying = true;

    /**
     * @param oneByOne whether to submit every launch at once and wait for it: slow, but a failure names its kernel
     */
    CudaLaunches(CudaDevice device, CudaProgram program, CudaMemory memory, boolean ampere, boolean oneByOne) {
        this.device = device;
        this.program = program;
        this.ampere = ampere;
        this.oneByOne = oneByOne;
        records = memory.take(SET_BYTES);
        for (int i = 0; i < SETS; i++) {
            sets[i] = new PinnedSet();
        }
    }

    /**
     * A launch that makes the result; its record of at most so many bytes is to be written next.
     *
     * @param gridX blocks, at most 2³¹ − 1
     * @param gridY at most 65,535
     */
    CudaRecord add(CudaKernel kernel, int gridX, int gridY, int bytes, Tensor result) {
        if (oneByOne) {
            submit();
        }
        int at = (bytes().position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (count == MOST_LAUNCHES || at + bytes > SET_BYTES) {
            submit();
            at = 0;
        }
        if (bytes > SET_BYTES) {
            throw new IllegalArgumentException(kernel.symbol() + " cannot take a record of " + bytes + " bytes");
        }
        results[count] = result.shape();
        int i = INTS * count++;
        launches[i] = kernel.ordinal();
        launches[i + 1] = gridX;
        launches[i + 2] = gridY;
        launches[i + 3] = at;
        bytes().position(at);
        mark = null;
        return new CudaRecord(bytes());
    }

    /** Whether the last launch that waits is of this kernel, and its record can grow by so many bytes. */
    boolean lastIs(CudaKernel kernel, int moreBytes) {
        return count > 0
                && launches[INTS * (count - 1)] == kernel.ordinal()
                && bytes().position() + moreBytes <= SET_BYTES;
    }

    /** Where the last launch's record begins, in {@link #bytes}. */
    int lastRecord() {
        return launches[INTS * (count - 1) + 3];
    }

    /** The memory that records are written to; the last one ends at its position. */
    ByteBuffer bytes() {
        return sets[set].bytes;
    }

    /** Gives the last launch another grid. */
    void widenLast(int gridX) {
        launches[INTS * (count - 1) + 1] = gridX;
    }

    /** Leaves a mark at the last launch, which is gone when another follows. */
    void mark(Object value) {
        mark = value;
    }

    /** The mark at the last launch, or null. */
    Object mark() {
        return count == 0 ? null : mark;
    }

    /** The number of graphs launched so far. */
    long replays() {
        return replays;
    }

    /** The number of kernels launched so far, by themselves or within a graph. */
    long launched() {
        return launched;
    }

    /** Whether launches that came before go as a graph. */
    void replay(boolean wanted) {
        replaying = wanted;
    }

    /** Submits all that wait. */
    void submit() {
        if (count == 0) {
            return;
        }
        device.enter();
        PinnedSet own = sets[set];
        check(
                "copying records to the GPU",
                JCudaDriver.cuMemcpyHtoDAsync(
                        records.pointer(), own.pointer, own.bytes.position(), device.computing()));
        check("recording an event", JCudaDriver.cuEventRecord(own.copied, device.computing()));
        try {
            launch();
        } finally {
            count = 0;
            mark = null;
            set = (set + 1) % SETS;
            sets[set].bytes.clear();
        }
        check("waiting for the GPU", JCudaDriver.cuEventSynchronize(sets[set].copied));
        if (oneByOne) {
            awaitSlowly();
        }
    }

    private void awaitSlowly() {
        try {
            device.await();
        } catch (CudaFailure failed) {
            throw new CudaFailure(describe(0) + ": " + failed.getMessage(), failed);
        }
    }

    private void launch() {
        launched += count;
        if (!replaying) {
            launchEach();
            return;
        }
        Sequence sequence = new Sequence(launches, INTS * count);
        Known before = known.get(sequence);
        if (before == null) {
            known.put(sequence.copy(), new Known());
        }
        if (before == null || count < LEAST_IN_GRAPH || oneByOne) {
            launchEach();
            return;
        }
        if (before.graph == null) {
            before.graph = capture();
        }
        check(
                "launching a graph of " + count + " kernels",
                JCudaDriver.cuGraphLaunch(before.graph, device.computing()));
        replays++;
    }

    private CUgraphExec capture() {
        CUgraph graph = new CUgraph();
        check(
                "beginning a graph",
                JCudaDriver.cuStreamBeginCapture(
                        device.computing(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
        try {
            launchEach();
        } catch (CudaFailure failed) {
            // the stream has to leave its capture, and what that says is of this failure's making
            JCudaDriver.cuStreamEndCapture(device.computing(), graph);
            throw failed;
        }
        check("ending a graph", JCudaDriver.cuStreamEndCapture(device.computing(), graph));
        CUgraphExec executable = new CUgraphExec();
        check("making a graph of " + count + " kernels", JCudaDriver.cuGraphInstantiate(executable, graph, 0));
        JCudaDriver.cuGraphDestroy(graph);
        return executable;
    }

    private void launchEach() {
        for (int at = 0; at < count; at++) {
            CudaKernel kernel = KERNELS[launches[INTS * at]];
            parameter.putLong(0, records.address() + launches[INTS * at + 3]);
            int status = JCudaDriver.cuLaunchKernel(
                    program.function(kernel),
                    launches[INTS * at + 1],
                    launches[INTS * at + 2],
                    1,
                    kernel.threads(),
                    1,
                    1,
                    kernel.sharedBytes(ampere),
                    device.computing(),
                    parameters,
                    null);
            if (status != 0) {
                check(describe(at), status);
            }
        }
    }

    private String describe(int at) {
        return "the kernel " + KERNELS[launches[INTS * at]].symbol() + ", which makes " + results[at] + " on "
                + launches[INTS * at + 1] + " × " + launches[INTS * at + 2] + " blocks,";
    }

    @Override
    public void close() {
        known.values().forEach(Known::destroy);
        for (PinnedSet each : sets) {
            JCudaDriver.cuEventDestroy(each.copied);
            JCudaDriver.cuMemFreeHost(each.pointer);
        }
    }
}
