package io.github.grisaille.backend.cpu;

import java.util.EnumMap;
import java.util.Map;

/** Arrays that a thread uses again from one primitive to the next; they grow, and their contents are not defined. */
final class Scratch {
    /** What an array is for: two uses never share one. */
    enum Use {
        PANELS,
        BIAS,
        /** Never written. */
        ZEROS,
        SPREAD,
        TALL,
        TRANSFORMED,
        TILE,
        RUNS,
        LEFT,
        LANES,
        IMAGES,
        PRODUCT,
        SUMS,
        DEVIATIONS,
        FACTORS,
        MEANS,
        SLOPES,
        REST,
        RESULTS,
        WORDS,
        RADII,
        TURNS,
        LEFT_PLACES,
        RIGHT_PLACES
    }

    /**
     * Where the values of an {@link #aligned} array begin. An array's values begin 16 bytes after the object; with so many
     * left free they begin on a line of the cache, if the object does, and a vector of 512 bits does not straddle two.
     */
    static final int START = 12;

    /**
     * The least values of an aligned array: G1 puts an object of this size at the start of a region, and there it stays, in
     * heaps of up to 8 GB. In larger ones, and with other collectors, vectors straddle lines as in any array.
     */
    private static final int LARGE = 1 << 19;

    private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

    private final Map<Use, float[]> floats = new EnumMap<>(Use.class);
    private final Map<Use, int[]> ints = new EnumMap<>(Use.class);
    private double[] doubles = {};

    private Scratch() {}

    /** This thread's. */
    static Scratch own() {
        return OWN.get();
    }

    /** An array of at least this length. */
    float[] floats(Use use, int length) {
        float[] array = floats.get(use);
        if (array == null || array.length < length) {
            array = new float[grown(length)];
            floats.put(use, array);
        }
        return array;
    }

    /** An array with room for so many values from {@link #START} on, for vectors that lie in whole lines of the cache. */
    float[] aligned(Use use, int length) {
        return floats(use, Math.max(LARGE, Math.addExact(START, length)));
    }

    /** An array of at least this length. */
    int[] ints(Use use, int length) {
        int[] array = ints.get(use);
        if (array == null || array.length < length) {
            array = new int[grown(length)];
            ints.put(use, array);
        }
        return array;
    }

    /** The array of partial sums, at least this long. */
    double[] doubles(int length) {
        if (doubles.length < length) {
            doubles = new double[grown(length)];
        }
        return doubles;
    }

    /** A little more than asked for, so that sizes that grow step by step do not allocate at each. */
    private static int grown(int length) {
        return Math.addExact(length, length / 8);
    }
}
