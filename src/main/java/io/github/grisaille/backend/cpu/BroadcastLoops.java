package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.BroadcastAxes;
import io.github.grisaille.backend.Division;

/**
 * Sums and products of two operands, one of which is repeated along some axes. The innermost axis is a run: one operand
 * moves along it, and the other moves too or stays. Threads share the runs, and parts of long runs.
 */
final class BroadcastLoops {
    private static final long WORTH_SHARING = 60_000;
    /** A longer run is cut, so that threads can share it. */
    private static final int LONGEST_RUN = 4096;

    /** Computes one run: {@code count} values of y from {@code at} on, from the values at these places of a and b. */
    private interface Run {
        void over(int placeInA, int placeInB, int at, int count);
    }

    private final WorkerPool pool;

    BroadcastLoops(WorkerPool pool) {
        this.pool = pool;
    }

    void add(BroadcastAxes axes, float[] a, float[] b, float[] y) {
        if (axes.stepOfA(0) == 0) {
            add(axes.swapped(), b, a, y);
        } else if (axes.stepOfB(0) == 0) {
            each(axes, y.length, (p, q, at, count) -> addNumber(a, p, b[q], y, at, count));
        } else {
            each(axes, y.length, (p, q, at, count) -> addRun(a, p, b, q, y, at, count));
        }
    }

    void multiply(BroadcastAxes axes, float[] a, float[] b, float[] y) {
        if (axes.stepOfA(0) == 0) {
            multiply(axes.swapped(), b, a, y);
        } else if (axes.stepOfB(0) == 0) {
            each(axes, y.length, (p, q, at, count) -> multiplyByNumber(a, p, b[q], y, at, count));
        } else {
            each(axes, y.length, (p, q, at, count) -> multiplyRun(a, p, b, q, y, at, count));
        }
    }

    private void each(BroadcastAxes axes, int size, Run run) {
        int length = axes.extent(0);
        int pieces = Division.ceil(length, LONGEST_RUN);
        pool.split(size / length * pieces, size, WORTH_SHARING, (from, to) -> {
            if (pieces == 1) {
                runs(axes, from, to, run);
                return;
            }
            for (int part = from; part < to; part++) {
                int first = part % pieces * LONGEST_RUN;
                int count = Math.min(LONGEST_RUN, length - first);
                int placeInA = placeInA(axes, part / pieces) + first;
                int placeInB = placeInB(axes, part / pieces) + first * axes.stepOfB(0);
                run.over(placeInA, placeInB, part / pieces * length + first, count);
            }
        });
    }

    /** Does the runs from … to − 1. Only the first run of an axis needs divisions to find its place. */
    private static void runs(BroadcastAxes axes, int from, int to, Run run) {
        int length = axes.extent(0);
        int runsOfAxis = axes.count() == 1 ? 1 : axes.extent(1);
        int stepOfA = axes.count() == 1 ? 0 : axes.stepOfA(1);
        int stepOfB = axes.count() == 1 ? 0 : axes.stepOfB(1);
        for (int next = from; next < to; ) {
            int end = Math.min(to, next - next % runsOfAxis + runsOfAxis);
            int placeInA = placeInA(axes, next);
            int placeInB = placeInB(axes, next);
            for (; next < end; next++) {
                run.over(placeInA, placeInB, next * length, length);
                placeInA += stepOfA;
                placeInB += stepOfB;
            }
        }
    }

    private static int placeInA(BroadcastAxes axes, int run) {
        int place = 0;
        for (int axis = 1; axis < axes.count(); axis++) {
            place += run % axes.extent(axis) * axes.stepOfA(axis);
            run /= axes.extent(axis);
        }
        return place;
    }

    private static int placeInB(BroadcastAxes axes, int run) {
        int place = 0;
        for (int axis = 1; axis < axes.count(); axis++) {
            place += run % axes.extent(axis) * axes.stepOfB(axis);
            run /= axes.extent(axis);
        }
        return place;
    }

    // The JIT makes vectors of a loop whose arrays have one index. So these loops have a form for that.

    private static void addNumber(float[] a, int p, float number, float[] y, int at, int count) {
        if (p == at) {
            for (int i = at; i < at + count; i++) {
                y[i] = a[i] + number;
            }
        } else {
            for (int i = 0; i < count; i++) {
                y[at + i] = a[p + i] + number;
            }
        }
    }

    private static void addRun(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
        if (p == at && q == at) {
            for (int i = at; i < at + count; i++) {
                y[i] = a[i] + b[i];
            }
        } else {
            for (int i = 0; i < count; i++) {
                y[at + i] = a[p + i] + b[q + i];
            }
        }
    }

    private static void multiplyByNumber(float[] a, int p, float number, float[] y, int at, int count) {
        if (p == at) {
            for (int i = at; i < at + count; i++) {
                y[i] = a[i] * number;
            }
        } else {
            for (int i = 0; i < count; i++) {
                y[at + i] = a[p + i] * number;
            }
        }
    }

    private static void multiplyRun(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
        if (p == at && q == at) {
            for (int i = at; i < at + count; i++) {
                y[i] = a[i] * b[i];
            }
        } else {
            for (int i = 0; i < count; i++) {
                y[at + i] = a[p + i] * b[q + i];
            }
        }
    }
}
