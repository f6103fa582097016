package io.github.grisaille.notebook;

import java.util.function.LongSupplier;

/**
 * Limits the rate of messages. The kernel's socket keeps only about a thousand messages that the front end has not
 * fetched and drops the rest. A short burst is sent at once.
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

    /** A pace with its own clock, for tests. */
    Pace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.seen = nanoTime.getAsLong();
    }

    /** The nanoseconds to wait before a message with this many bytes. Counts the message as sent. */
    long waitBefore(int bytes) {
        long now = nanoTime.getAsLong();
        credit = Math.min(BURST, credit + (double) (now - seen) / NANOS_A_MESSAGE);
        seen = now;
        credit -= 1 + (double) bytes / BYTES_A_MESSAGE;
        return credit >= 0 ? 0 : (long) (-credit * NANOS_A_MESSAGE);
    }
}
