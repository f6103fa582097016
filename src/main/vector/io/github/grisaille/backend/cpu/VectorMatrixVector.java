package io.github.grisaille.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops of {@link MatrixVector} on vectors. Rows are taken in groups of eight, counted from {@code from}, which is
 * a multiple of eight.
 */
final class VectorMatrixVector {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    /** The number of rows or vectors whose sums are in registers at a time. */
    private static final int TOGETHER = 8;

    // masks of the lanes in the upper half of a vector, of each half and of each quarter, and shuffles that exchange
    // the two halves
    private static final VectorMask<Float> UPPER = upper(LANES / 2);
    private static final VectorMask<Float> UPPER_2 = upper(LANES / 4);
    private static final VectorMask<Float> UPPER_4 = upper(LANES / 8);
    private static final VectorShuffle<Float> SWAP = swap(LANES / 2);
    private static final VectorShuffle<Float> SWAP_2 = swap(LANES / 4);
    private static final VectorShuffle<Float> SWAP_4 = swap(LANES / 8);

    /**
     * The number of lanes over which each of the eight totals is spread before the last step. In the widest vectors of
     * today it is two.
     */
    private static final int LEFT = LANES / TOGETHER;

    private static final VectorShuffle<Float> NEIGHBOURS = swap(1);
    private static final VectorShuffle<Float> FIRSTS = VectorShuffle.fromOp(SPECIES, i -> i * LEFT % LANES);
    private static final VectorMask<Float> EIGHT = SPECIES.indexInRange(0, TOGETHER);

    private VectorMatrixVector() {}

    private static VectorMask<Float> upper(int bit) {
        boolean[] lanes = new boolean[LANES];
        for (int i = 0; i < LANES; i++) {
            lanes[i] = (i & bit) != 0;
        }
        return VectorMask.fromArray(SPECIES, lanes, 0);
    }

    private static VectorShuffle<Float> swap(int bit) {
        return VectorShuffle.fromOp(SPECIES, i -> i ^ bit);
    }

    static void rows(float[] a, int inner, float[] x, float[] y, int from, int to) {
        float[] lanes = Scratch.own().floats(Scratch.Use.LANES, TOGETHER * LANES);
        int end = SPECIES.loopBound(inner);
        int row = from;
        for (; row <= to - TOGETHER; row += TOGETHER) {
            eightRows(a, row * inner, inner, end, x, lanes);
            if (LANES >= TOGETHER) {
                addTotals(lanes, y, row);
            } else {
                for (int i = 0; i < TOGETHER; i++) {
                    y[row + i] += total(lanes, i * LANES);
                }
            }
        }
        for (; row < to; row++) {
            oneRow(a, row * inner, end, x, lanes);
            y[row] += total(lanes, 0);
        }
        if (end < inner) {
            for (int i = from; i < to; i++) {
                float sum = 0;
                for (int k = end; k < inner; k++) {
                    sum += a[i * inner + k] * x[k];
                }
                y[i] += sum;
            }
        }
    }

    private static void eightRows(float[] a, int at, int step, int end, float[] x, float[] lanes) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        for (int k = 0; k < end; k += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, k);
            s0 = FloatVector.fromArray(SPECIES, a, at + k).fma(v, s0);
            s1 = FloatVector.fromArray(SPECIES, a, at + step + k).fma(v, s1);
            s2 = FloatVector.fromArray(SPECIES, a, at + 2 * step + k).fma(v, s2);
            s3 = FloatVector.fromArray(SPECIES, a, at + 3 * step + k).fma(v, s3);
            s4 = FloatVector.fromArray(SPECIES, a, at + 4 * step + k).fma(v, s4);
            s5 = FloatVector.fromArray(SPECIES, a, at + 5 * step + k).fma(v, s5);
            s6 = FloatVector.fromArray(SPECIES, a, at + 6 * step + k).fma(v, s6);
            s7 = FloatVector.fromArray(SPECIES, a, at + 7 * step + k).fma(v, s7);
        }
        s0.intoArray(lanes, 0);
        s1.intoArray(lanes, LANES);
        s2.intoArray(lanes, 2 * LANES);
        s3.intoArray(lanes, 3 * LANES);
        s4.intoArray(lanes, 4 * LANES);
        s5.intoArray(lanes, 5 * LANES);
        s6.intoArray(lanes, 6 * LANES);
        s7.intoArray(lanes, 7 * LANES);
    }

    private static void oneRow(float[] a, int at, int end, float[] x, float[] lanes) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int k = 0; k < end; k += LANES) {
            sum = FloatVector.fromArray(SPECIES, a, at + k).fma(FloatVector.fromArray(SPECIES, x, k), sum);
        }
        sum.intoArray(lanes, 0);
    }

    /**
     * Adds up the lanes of eight vectors at once. Two vectors become one. Its lower half holds the lanes of the first,
     * added in pairs, and its upper half those of the second. This is repeated until one vector holds all totals. The
     * steps are written out, because the JIT would not inline a method for a step. reduceLanes does not fix the order
     * of the sum, and so not its bits.
     */
    private static void addTotals(float[] lanes, float[] y, int at) {
        FloatVector a = FloatVector.fromArray(SPECIES, lanes, 0);
        FloatVector b = FloatVector.fromArray(SPECIES, lanes, 4 * LANES);
        FloatVector s04 = a.blend(b, UPPER).add(b.blend(a, UPPER).rearrange(SWAP));
        a = FloatVector.fromArray(SPECIES, lanes, LANES);
        b = FloatVector.fromArray(SPECIES, lanes, 5 * LANES);
        FloatVector s15 = a.blend(b, UPPER).add(b.blend(a, UPPER).rearrange(SWAP));
        a = FloatVector.fromArray(SPECIES, lanes, 2 * LANES);
        b = FloatVector.fromArray(SPECIES, lanes, 6 * LANES);
        FloatVector s26 = a.blend(b, UPPER).add(b.blend(a, UPPER).rearrange(SWAP));
        a = FloatVector.fromArray(SPECIES, lanes, 3 * LANES);
        b = FloatVector.fromArray(SPECIES, lanes, 7 * LANES);
        FloatVector s37 = a.blend(b, UPPER).add(b.blend(a, UPPER).rearrange(SWAP));
        a = s04.blend(s26, UPPER_2).add(s26.blend(s04, UPPER_2).rearrange(SWAP_2));
        b = s15.blend(s37, UPPER_2).add(s37.blend(s15, UPPER_2).rearrange(SWAP_2));
        FloatVector totals = a.blend(b, UPPER_4).add(b.blend(a, UPPER_4).rearrange(SWAP_4));
        if (LEFT == 1) {
            FloatVector.fromArray(SPECIES, y, at).add(totals).intoArray(y, at);
        } else if (LEFT == 2) {
            totals = totals.add(totals.rearrange(NEIGHBOURS)).rearrange(FIRSTS);
            FloatVector.fromArray(SPECIES, y, at, EIGHT).add(totals).intoArray(y, at, EIGHT);
        } else {
            totals.intoArray(lanes, 0);
            for (int i = 0; i < TOGETHER; i++) {
                float total = lanes[i * LEFT];
                for (int j = 1; j < LEFT; j++) {
                    total += lanes[i * LEFT + j];
                }
                y[at + i] += total;
            }
        }
    }

    private static float total(float[] lanes, int from) {
        float total = 0;
        for (int j = 0; j < LANES; j++) {
            total += lanes[from + j];
        }
        return total;
    }

    static void columns(float[] a, int rows, int width, float[] x, float[] y, int from, int to) {
        int end = from + SPECIES.loopBound(to - from);
        int j = from;
        for (; j <= end - TOGETHER * LANES; j += TOGETHER * LANES) {
            eightVectors(a, rows, width, x, y, j);
        }
        for (; j < end; j += LANES) {
            oneVector(a, rows, width, x, y, j);
        }
        if (end < to) {
            MatrixVector.columns(a, rows, width, x, y, end, to);
        }
    }

    private static void eightVectors(float[] a, int rows, int width, float[] x, float[] y, int j) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, y, j);
        FloatVector s1 = FloatVector.fromArray(SPECIES, y, j + LANES);
        FloatVector s2 = FloatVector.fromArray(SPECIES, y, j + 2 * LANES);
        FloatVector s3 = FloatVector.fromArray(SPECIES, y, j + 3 * LANES);
        FloatVector s4 = FloatVector.fromArray(SPECIES, y, j + 4 * LANES);
        FloatVector s5 = FloatVector.fromArray(SPECIES, y, j + 5 * LANES);
        FloatVector s6 = FloatVector.fromArray(SPECIES, y, j + 6 * LANES);
        FloatVector s7 = FloatVector.fromArray(SPECIES, y, j + 7 * LANES);
        int at = j;
        for (int k = 0; k < rows; k++) {
            FloatVector v = FloatVector.broadcast(SPECIES, x[k]);
            s0 = FloatVector.fromArray(SPECIES, a, at).fma(v, s0);
            s1 = FloatVector.fromArray(SPECIES, a, at + LANES).fma(v, s1);
            s2 = FloatVector.fromArray(SPECIES, a, at + 2 * LANES).fma(v, s2);
            s3 = FloatVector.fromArray(SPECIES, a, at + 3 * LANES).fma(v, s3);
            s4 = FloatVector.fromArray(SPECIES, a, at + 4 * LANES).fma(v, s4);
            s5 = FloatVector.fromArray(SPECIES, a, at + 5 * LANES).fma(v, s5);
            s6 = FloatVector.fromArray(SPECIES, a, at + 6 * LANES).fma(v, s6);
            s7 = FloatVector.fromArray(SPECIES, a, at + 7 * LANES).fma(v, s7);
            at += width;
        }
        s0.intoArray(y, j);
        s1.intoArray(y, j + LANES);
        s2.intoArray(y, j + 2 * LANES);
        s3.intoArray(y, j + 3 * LANES);
        s4.intoArray(y, j + 4 * LANES);
        s5.intoArray(y, j + 5 * LANES);
        s6.intoArray(y, j + 6 * LANES);
        s7.intoArray(y, j + 7 * LANES);
    }

    private static void oneVector(float[] a, int rows, int width, float[] x, float[] y, int j) {
        FloatVector sum = FloatVector.fromArray(SPECIES, y, j);
        int at = j;
        for (int k = 0; k < rows; k++) {
            sum = FloatVector.fromArray(SPECIES, a, at).fma(FloatVector.broadcast(SPECIES, x[k]), sum);
            at += width;
        }
        sum.intoArray(y, j);
    }

    static void addRows(
            float[] x, int xAt, int xStep, int rows, float[] a, int aAt, int aStep, float[] y, int yAt, int count) {
        int end = SPECIES.loopBound(count);
        int j = 0;
        for (; j <= end - 4 * LANES; j += 4 * LANES) {
            addToFourVectors(x, xAt, xStep, rows, a, aAt + j, aStep, y, yAt + j);
        }
        for (; j < end; j += LANES) {
            addToOneVector(x, xAt, xStep, rows, a, aAt + j, aStep, y, yAt + j);
        }
        if (end < count) {
            MatrixVector.addRows(x, xAt, xStep, rows, a, aAt + end, aStep, y, yAt + end, count - end);
        }
    }

    private static void addToFourVectors(
            float[] x, int xAt, int xStep, int rows, float[] a, int aAt, int aStep, float[] y, int yAt) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, y, yAt);
        FloatVector s1 = FloatVector.fromArray(SPECIES, y, yAt + LANES);
        FloatVector s2 = FloatVector.fromArray(SPECIES, y, yAt + 2 * LANES);
        FloatVector s3 = FloatVector.fromArray(SPECIES, y, yAt + 3 * LANES);
        int at = aAt;
        for (int k = 0; k < rows; k++) {
            FloatVector v = FloatVector.broadcast(SPECIES, x[xAt + k * xStep]);
            s0 = FloatVector.fromArray(SPECIES, a, at).fma(v, s0);
            s1 = FloatVector.fromArray(SPECIES, a, at + LANES).fma(v, s1);
            s2 = FloatVector.fromArray(SPECIES, a, at + 2 * LANES).fma(v, s2);
            s3 = FloatVector.fromArray(SPECIES, a, at + 3 * LANES).fma(v, s3);
            at += aStep;
        }
        s0.intoArray(y, yAt);
        s1.intoArray(y, yAt + LANES);
        s2.intoArray(y, yAt + 2 * LANES);
        s3.intoArray(y, yAt + 3 * LANES);
    }

    private static void addToOneVector(
            float[] x, int xAt, int xStep, int rows, float[] a, int aAt, int aStep, float[] y, int yAt) {
        FloatVector sum = FloatVector.fromArray(SPECIES, y, yAt);
        int at = aAt;
        for (int k = 0; k < rows; k++) {
            sum = FloatVector.fromArray(SPECIES, a, at).fma(FloatVector.broadcast(SPECIES, x[xAt + k * xStep]), sum);
            at += aStep;
        }
        sum.intoArray(y, yAt);
    }
}
