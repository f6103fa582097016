package io.github.grisaille.notebook;

import java.util.function.LongSupplier;

/**
 * Holds messages back where there are too many: the kernel's socket drops what a slow front end has not fetched, from
 * about a thousand messages on. A burst goes at once.
 */
final class Pace {
    private static final int BURST = 300;
    private static final int NANOS_A_MESSAGE = 1_000_000;
    private static final int BYTES_A_MESSAGE = 1 << 14;

    private final LongSupplier nanoTime;
    private double credit = BURST;
    private long seen;

    Pace() {
        this(System::nanoTime);
    }

    /** With a clock of its own, for tests. */
    Pace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.seen = nanoTime.getAsLong();
    }

    /** How many nanoseconds to wait before a message of so many bytes; counts the message as sent. */
    long waitBefore(int bytes) {
        long now = nanoTime.getAsLong();
        credit = Math.min(BURST, credit + (double) (now - seen) / NANOS_A_MESSAGE);
        seen = now;
        credit -= 1 + (double) bytes / BYTES_A_MESSAGE;
        return credit >= 0 ? 0 : (long) (-credit * NANOS_A_MESSAGE);
    }
}
