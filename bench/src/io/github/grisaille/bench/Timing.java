package io.github.grisaille.bench;

import java.util.Arrays;

/** Statistics of repeated runs. */
final class Timing {
    /** Longer than idle threads of OpenBLAS and OpenMP wait for work before they release the processor. */
    private static final long PAUSE_MILLIS = 60;

    private Timing() {}

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The seconds that one call takes. */
    static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /** Repeats a task for this many seconds, at least once, and returns the number of repetitions. */
    static int runFor(double seconds, Runnable work) {
        long start = System.nanoTime();
        int calls = 0;
        do {
            work.run();
            calls++;
        } while (System.nanoTime() - start < seconds * 1e9);
        return calls;
    }

    /** Waits until the threads of the side that ran before are asleep. */
    static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", interrupted);
        }
    }
}
