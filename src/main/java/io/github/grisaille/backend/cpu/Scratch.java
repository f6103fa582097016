package io.github.grisaille.backend.cpu;

import java.util.EnumMap;
import java.util.Map;

/**
 * Arrays that a thread uses again from one primitive to the next. They grow when more is needed, and their contents are
 * not defined.
 */
final class Scratch {
    /** What an array is for. Two uses never share an array. */
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
        REPEATED,
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
        RIGHT_PLACES,
        ROW_ENDS,
        SORTED
    }

    /**
     * The index of the first value in an {@link #aligned} array. The values of a Java array begin 16 bytes after the
     * object. If this many are left free, the rest begins at a cache line, provided that the object does. A vector of
     * 512 bits then does not cross two lines.
     */
    static final int START = 12;

    /**
     * The least length of an aligned array. In heaps of up to 8 GB, G1 puts an object of this size at the start of a
     * region and does not move it. In larger heaps, and with other collectors, vectors may cross cache lines as in any
     * array.
     */
    private static final int LARGE = 1 << 19;

    private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

    private final Map<Use, float[]> floats = new EnumMap<>(Use.class);
    private final Map<Use, int[]> ints = new EnumMap<>(Use.class);
    private double[] doubles = {};

    private Scratch() {}

    /** The arrays of this thread. */
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

    /** An array with room for {@code length} values from {@link #START} on. Vectors in it lie within cache lines. */
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

    /** A little more than what was asked for. Sizes that grow step by step then do not allocate at each step. */
    private static int grown(int length) {
        return Math.addExact(length, length / 8);
    }
}
