package io.github.grisaille.backend.cpu;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One thread's way of waiting: at first it spins, since to park and to be woken takes longer than most waits, then it
 * parks. It learns how long to spin: a wait that spinning could have spanned makes the next spin a little longer, and one
 * that it could not, as when the thread waited for has lost its processor to another program, makes it short again.
 */
final class Patience {
    private static final long LEAST_NANOS = 30_000;
    private static final long MOST_NANOS = 400_000;
    private static final long STEP_NANOS = 10_000;

    private long spinNanos = LEAST_NANOS;

    /** Returns when the condition holds; whoever makes it hold unparks this thread. */
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
