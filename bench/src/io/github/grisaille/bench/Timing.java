package io.github.grisaille.bench;

import java.util.Arrays;

/** Figures of repeated runs. */
final class Timing {
    /** Longer than idle threads of OpenBLAS and of OpenMP wait for work before they give the processor up. */
    private static final long PAUSE_MILLIS = 60;

    private Timing() {}

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Seconds of one call. */
    static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /** Runs something again and again for so long, at least once, and says how often. */
    static int runFor(double seconds, Runnable work) {
        long start = System.nanoTime();
        int calls = 0;
        do {
            work.run();
            calls++;
        } while (System.nanoTime() - start < seconds * 1e9);
        return calls;
    }

    /** Waits until the threads of whoever ran before sleep. */
    static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", interrupted);
        }
    }
}
