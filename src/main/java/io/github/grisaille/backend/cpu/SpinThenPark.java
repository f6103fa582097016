package io.github.grisaille.backend.cpu;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How one thread waits for a condition. It spins for a while and then parks. It spins first, because to park and to be
 * woken takes longer than most waits.
 *
 * <p>It learns how long to spin. If it had to park, but a longer spin could have covered the wait, then the next spin
 * is a little longer. If no spin could have covered the wait, then the next spin is short again. This happens when the
 * other thread has lost its processor to another program.
 */
final class SpinThenPark {
    private static final long LEAST_NANOS = 30_000;
    private static final long MOST_NANOS = 400_000;
    private static final long STEP_NANOS = 10_000;

    private long spinNanos = LEAST_NANOS;

    /** Returns when the condition holds. The thread that makes it hold must unpark this one. */
    void await(BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return;
        }
        long start = System.nanoTime();
        while (System.nanoTime() - start < spinNanos) {
            Thread.onSpinWait();
            if (condition.getAsBoolean()) {
                return;
            }
        }
        while (!condition.getAsBoolean()) {
            LockSupport.park(this);
        }
        boolean spannable = System.nanoTime() - start < MOST_NANOS;
        spinNanos = spannable ? Math.min(MOST_NANOS, spinNanos + STEP_NANOS) : LEAST_NANOS;
    }
}
