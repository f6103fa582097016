package io.github.grisaille.bench;

import com.sun.management.ThreadMXBean;
import io.github.grisaille.tensor.Backend;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;

/** One workload without any peer, in a JVM of its own: its first step, and what a step allocates once all is warm. */
public final class Alone {
    private static final double WARM_UP_SECONDS = 15;
    private static final int MEASURED_CHUNKS = 5;

    private Alone() {}

    /** The workload, and {@code first} where that is all that is wanted. */
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
            if (allocations.done()) {
                Fork.answer(allocations.bytesPerStep(), peakHeap());
                Runtime.getRuntime().halt(0);
            }
        });
    }

    /** Counts bytes over some chunks of steps after a time of warming up. */
    private static final class Allocations {
        private final int chunk;
        private final long start = System.nanoTime();
        private long steps;
        private long measuredFrom;
        private double before;

        Allocations(int chunk) {
            this.chunk = chunk;
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

    private static double peakHeap() {
        List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();
        return pools.stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToDouble(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }
}
