package io.github.grisaille.backend;

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
