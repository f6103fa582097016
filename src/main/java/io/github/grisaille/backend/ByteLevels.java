package io.github.grisaille.backend;

/** Turns bytes into values with a table, for example the pixels of a data set. */
public final class ByteLevels {
    private ByteLevels() {}

    /** y[i] = levels[byte] for i = from … to − 1. The first byte is bytes[at], and a byte counts from 0 to 255. */
    public static void write(byte[] bytes, int at, float[] levels, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = levels[bytes[at + i - from] & 0xFF];
        }
    }
}
