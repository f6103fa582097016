package io.github.grisaille.backend.cuda;

import static io.github.grisaille.backend.cuda.CudaDriver.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import jcuda.Pointer;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/**
 * Hands waiting launches to the driver: kernel by kernel when a sequence is new, and as one CUDA graph when the same sequence
 * came before.
 *
 * <p>A graph holds no number and no address of a tensor. It holds kernels, grids and the places of records only. So the graph
 * of a training step fits every later step with any learning rate, random numbers and buffers, and no old value can be used
 * again. A step that differs (a smaller last batch, a step with a penalty) has another graph.
 */
final class CudaGraphs implements AutoCloseable {
    private static final int LEAST_IN_GRAPH = 2;
    private static final int MOST_GRAPHS = 64;

    /** A sequence that was submitted before. It has a graph from the second time on. */
    private static final class Known {
        private CUgraphExec graph;

        void destroy() {
            if (graph != null) {
                JCudaDriver.cuGraphExecDestroy(graph);
            }
        }
    }

    private final CudaDevice device;
    private final CudaProgram program;
    private final CudaMemory.Block records;
    private final ByteBuffer parameter = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    private final Pointer parameters = Pointer.to(Pointer.toBuffer(parameter));
    private final Map<CudaQueue.Sequence, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<CudaQueue.Sequence, Known> eldest) {
            if (size() > MOST_GRAPHS) {
                eldest.getValue().destroy();
                return true;
            }
            return false;
        }
    };
    private long replays;
    private long launched;
    private boolean replaying = true;

    /** @param records the device's memory for the records of all waiting launches */
    CudaGraphs(CudaDevice device, CudaProgram program, CudaMemory.Block records) {
        this.device = device;
        this.program = program;
        this.records = records;
    }

    /** The number of graphs launched so far. */
    long replays() {
        return replays;
    }

    /** The number of kernels launched so far, alone or within a graph. */
    long launched() {
        return launched;
    }

    /** Whether launches that came before go as a graph. */
    void replay(boolean wanted) {
        replaying = wanted;
    }

    /** Gives all that wait to the driver. The records are on their way to the device. */
    void launch(CudaQueue queue) {
        launched += queue.count();
        if (!replaying) {
            launchEach(queue);
            return;
        }
        CudaQueue.Sequence sequence = queue.sequence();
        Known before = known.get(sequence);
        if (before == null) {
            known.put(sequence.copy(), new Known());
        }
        if (before == null || queue.count() < LEAST_IN_GRAPH) {
            launchEach(queue);
            return;
        }
        if (before.graph == null) {
            before.graph = capture(queue);
        }
        check(
                "launching a graph of " + queue.count() + " kernels",
                JCudaDriver.cuGraphLaunch(before.graph, device.computing()));
        replays++;
    }

    private CUgraphExec capture(CudaQueue queue) {
        CUgraph graph = new CUgraph();
        check(
                "beginning a graph",
                JCudaDriver.cuStreamBeginCapture(
                        device.computing(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
        try {
            launchEach(queue);
        } catch (CudaFailure failed) {
            // the capture has to end; its status would only repeat this failure
            JCudaDriver.cuStreamEndCapture(device.computing(), graph);
            throw failed;
        }
        check("ending a graph", JCudaDriver.cuStreamEndCapture(device.computing(), graph));
        CUgraphExec executable = new CUgraphExec();
        check("making a graph of " + queue.count() + " kernels", JCudaDriver.cuGraphInstantiate(executable, graph, 0));
        JCudaDriver.cuGraphDestroy(graph);
        return executable;
    }

    private void launchEach(CudaQueue queue) {
        for (int at = 0; at < queue.count(); at++) {
            CudaKernel kernel = queue.kernel(at);
            parameter.putLong(0, records.address() + queue.record(at));
            int status = JCudaDriver.cuLaunchKernel(
                    program.function(kernel),
                    queue.gridX(at),
                    queue.gridY(at),
                    1,
                    kernel.threads(),
                    1,
                    1,
                    program.sharedBytes(kernel),
                    device.computing(),
                    parameters,
                    null);
            if (status != 0) {
                check(queue.describe(at), status);
            }
        }
    }

    @Override
    public void close() {
        known.values().forEach(Known::destroy);
    }
}
