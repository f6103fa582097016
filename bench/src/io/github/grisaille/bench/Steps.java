package io.github.grisaille.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.List;

/** Times one workload: our chunk of steps, then libtorch's, and so on in turn; medians. */
final class Steps {
    /**
     * Agreement of losses, relative. They start equal to six digits; then each step builds on the last, and Adam makes
     * much of the smallest gradients, so that the order of sums shows in the third digit after ten steps of a DCGAN.
     */
    private static final double AGREEMENT = 2e-2;

    private static final int AGREEING_STEPS = 10;
    private static final int WARM_UP_CHUNKS = 3;
    private static final double WARM_UP_SECONDS = 8;

    /** Seconds a step on both sides, and what else was seen. */
    record Result(
            String name,
            double ours,
            double theirs,
            TorchSetting setting,
            double bytesPerStep,
            double peakHeap,
            double disagreement) {
        double ratio() {
            return theirs / ours;
        }
    }

    private Steps() {}

    static Result measure(Workload workload, int rounds) {
        TorchSetting best = best(workload);
        double disagreement = disagreement(workload, best);
        if (!(disagreement < AGREEMENT)) {
            throw new IllegalStateException(workload.name() + ": the losses of the two sides differ by " + disagreement
                    + " within " + AGREEING_STEPS + " steps: they do not train the same network");
        }
        Runnable theirStep = workload.theirStep(best);
        Chunks chunks = new Chunks(workload.chunk(), rounds, theirStep);
        int steps = workload.chunk() * (warmUpChunks(workload) + rounds + 1);
        chunks.start(warmUpChunks(workload));
        workload.ours(steps, workload.chunk(), chunks::tick);
        return new Result(
                workload.name(),
                Timing.median(chunks.ours()),
                Timing.median(chunks.theirs()),
                best,
                chunks.bytesPerStep(),
                chunks.peakHeap(),
                disagreement);
    }

    /** The JIT needs time rather than steps. */
    private static int warmUpChunks(Workload workload) {
        long start = System.nanoTime();
        workload.ours(workload.chunk() * WARM_UP_CHUNKS, workload.chunk(), () -> {});
        double chunk = (System.nanoTime() - start) / 1e9 / WARM_UP_CHUNKS;
        return (int) Math.ceil(Math.max(WARM_UP_CHUNKS, WARM_UP_SECONDS / chunk));
    }

    private static TorchSetting best(Workload workload) {
        TorchSetting best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int threads : new int[] {1, 2}) {
            for (boolean channelsLast : workload.images() ? new boolean[] {false, true} : new boolean[] {false}) {
                TorchSetting setting = new TorchSetting(threads, channelsLast);
                Runnable step = workload.theirStep(setting);
                step.run();
                double[] seconds = new double[5];
                for (int i = 0; i < seconds.length; i++) {
                    seconds[i] = Timing.seconds(() -> repeat(step, workload.chunk()));
                }
                if (Timing.median(seconds) < least) {
                    least = Timing.median(seconds);
                    best = setting;
                }
            }
        }
        return best;
    }

    private static double disagreement(Workload workload, TorchSetting setting) {
        List<double[]> ours = workload.ours(AGREEING_STEPS, AGREEING_STEPS, () -> {});
        List<double[]> theirs = workload.theirs(AGREEING_STEPS, setting);
        double worst = 0;
        for (int i = 0; i < theirs.size(); i++) {
            for (int step = 0; step < AGREEING_STEPS; step++) {
                double expected = theirs.get(i)[step];
                worst = Math.max(worst, Math.abs(ours.get(i)[step] - expected) / Math.max(1e-3, Math.abs(expected)));
            }
        }
        return worst;
    }

    private static void repeat(Runnable work, int times) {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }

    /** The alternation: called back after each of our chunks, it times libtorch's. */
    private static final class Chunks {
        private final int chunk;
        private final int rounds;
        private final Runnable theirStep;
        private final List<Double> ours = new ArrayList<>();
        private final List<Double> theirs = new ArrayList<>();
        private int warmUp;
        private long started;
        private double allocatedBefore;
        private double bytes;

        Chunks(int chunk, int rounds, Runnable theirStep) {
            this.chunk = chunk;
            this.rounds = rounds;
            this.theirStep = theirStep;
        }

        void start(int warmUpChunks) {
            warmUp = warmUpChunks;
            heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
            started = System.nanoTime();
        }

        void tick() {
            double seconds = (System.nanoTime() - started) / 1e9 / chunk;
            double allocated = allocated() - allocatedBefore;
            if (warmUp-- <= 0 && ours.size() < rounds) {
                ours.add(seconds);
                bytes += allocated / chunk;
                theirs.add(Timing.seconds(() -> repeat(theirStep, chunk)) / chunk);
            }
            allocatedBefore = allocated();
            started = System.nanoTime();
        }

        double[] ours() {
            return ours.stream().mapToDouble(Double::doubleValue).toArray();
        }

        double[] theirs() {
            return theirs.stream().mapToDouble(Double::doubleValue).toArray();
        }

        double bytesPerStep() {
            return bytes / ours.size();
        }

        double peakHeap() {
            return heapPools().stream()
                    .mapToDouble(pool -> pool.getPeakUsage().getUsed())
                    .sum();
        }

        private static List<MemoryPoolMXBean> heapPools() {
            return ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .toList();
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
