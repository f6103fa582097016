package io.github.grisaille.bench;

import com.sun.management.ThreadMXBean;
import io.github.grisaille.tensor.Backend;
import java.lang.management.ManagementFactory;

/**
 * Measures one workload without a peer, in its own JVM: its first step, and the bytes that a step allocates after
 * warm-up.
 */
public final class Alone {
    private static final double WARM_UP_SECONDS = 15;
    private static final int MEASURED_CHUNKS = 5;

    private Alone() {}

    /** The arguments are the workload, and {@code first} if only the first step is measured. */
    public static void main(String[] arguments) {
        Workload workload = Workloads.all().get(arguments[0]).get();
        boolean onlyFirst = arguments.length > 1;
        Allocations allocations = new Allocations(workload.chunk());
        workload.ours(Backend.cpu(), Integer.MAX_VALUE, 1, () -> {
            if (allocations.steps++ == 0) {
                Fork.answer("first");
                if (onlyFirst) {
                    Runtime.getRuntime().halt(0);
                }
            }
            allocations.look();
            if (allocations.done()) {
                Fork.answer(allocations.bytesPerStep(), allocations.mostHeap);
                Runtime.getRuntime().halt(0);
            }
        });
    }

    /** Counts allocated bytes over some chunks of steps, after warm-up. */
    private static final class Allocations {
        private final int chunk;
        private final long start = System.nanoTime();
        private long steps;
        private long measuredFrom;
        private double before;
        private double mostHeap;

        Allocations(int chunk) {
            this.chunk = chunk;
        }

        void look() {
            Runtime runtime = Runtime.getRuntime();
            mostHeap = Math.max(mostHeap, runtime.totalMemory() - runtime.freeMemory());
        }

        boolean done() {
            if (measuredFrom == 0 && System.nanoTime() - start > WARM_UP_SECONDS * 1e9) {
                measuredFrom = steps;
                before = allocated();
            }
            return measuredFrom > 0 && steps == measuredFrom + (long) chunk * MEASURED_CHUNKS;
        }

        double bytesPerStep() {
            return (allocated() - before) / (steps - measuredFrom);
        }

        private static double allocated() {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            double total = 0;
            for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
                total += Math.max(0, bytes);
            }
            return total;
        }
    }
}
