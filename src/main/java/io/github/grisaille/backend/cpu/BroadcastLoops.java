package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.BroadcastAxes;
import io.github.grisaille.backend.Division;
import java.util.Arrays;

/**
 * Sums and products of two operands, one of which is repeated along some axes, and copies of one that is repeated. The values along the innermost axis are a
 * row. Along a row, the first operand a moves. The second operand b moves too, or it is one number for the whole row.
 *
 * <p>The innermost loop is fast only if it is long. If rows are short, a row of b is first repeated in a small array. One
 * loop then does several rows. Threads share the rows, and parts of long rows.
 */
final class BroadcastLoops {
    private static final long WORTH_SHARING = 60_000;
    /** A longer row is cut, so that threads can share it. */
    private static final int LONGEST_ROW = 4096;
    /** The number of values of b that are repeated in a small array. They stay in the nearest cache. */
    private static final int CHUNK = 1024;
    /** For a row that is shorter, a number is not repeated. */
    private static final int WORTH_FILLING = 128;

    /** A sum, a product or a copy of b. It computes {@code count} values of y from {@code at} on. The values of a begin at p. */
    private abstract static class Operation {
        /** The values of b begin at q. */
        abstract void apply(float[] a, int p, float[] b, int q, float[] y, int at, int count);

        /** The second operand is one number. */
        abstract void applyNumber(float[] a, int p, float number, float[] y, int at, int count);
    }

    /** Leaves a aside. */
    private static final Operation COPY = new Operation() {
        @Override
        void apply(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
            System.arraycopy(b, q, y, at, count);
        }

        @Override
        void applyNumber(float[] a, int p, float number, float[] y, int at, int count) {
            Arrays.fill(y, at, at + count, number);
        }
    };

    private final WorkerPool pool;
    private final Operation sum;
    private final Operation product;

    BroadcastLoops(WorkerPool pool, InnerLoops loops) {
        this.pool = pool;
        sum = new Operation() {
            @Override
            void apply(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
                loops.add(a, p, b, q, y, at, count);
            }

            @Override
            void applyNumber(float[] a, int p, float number, float[] y, int at, int count) {
                addNumber(a, p, number, y, at, count);
            }
        };
        product = new Operation() {
            @Override
            void apply(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
                loops.multiply(a, p, b, q, y, at, count);
            }

            @Override
            void applyNumber(float[] a, int p, float number, float[] y, int at, int count) {
                multiplyByNumber(a, p, number, y, at, count);
            }
        };
    }

    void add(BroadcastAxes axes, float[] a, float[] b, float[] y) {
        apply(sum, axes, a, b, y);
    }

    void multiply(BroadcastAxes axes, float[] a, float[] b, float[] y) {
        apply(product, axes, a, b, y);
    }

    /** @param axes those of y and b */
    void repeat(BroadcastAxes axes, float[] b, float[] y) {
        apply(COPY, axes, y, b, y);
    }

    private void apply(Operation f, BroadcastAxes axes, float[] a, float[] b, float[] y) {
        if (repeatsA(axes)) {
            apply(f, axes.swapped(), b, a, y);
            return;
        }
        Rows rows = new Rows(f, axes, a, b, y);
        int length = axes.extent(0);
        int pieces = Division.ceil(length, LONGEST_ROW);
        pool.split(y.length / length * pieces, y.length, WORTH_SHARING, (from, to) -> {
            if (pieces == 1) {
                rows.each(from, to);
                return;
            }
            for (int part = from; part < to; part++) {
                int first = part % pieces * LONGEST_ROW;
                rows.piece(part / pieces, first, Math.min(LONGEST_ROW, length - first));
            }
        });
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

    /** Whether a is one number for a row, or the same row for all rows. Then the operands change places. */
    private static boolean repeatsA(BroadcastAxes axes) {
        return axes.stepOfA(0) == 0 || axes.count() > 1 && axes.stepOfA(1) == 0 && axes.stepOfB(0) == 1;
    }

    /** The rows of y. From row to row, operands move by their steps of the second axis. */
    private static final class Rows {
        private final Operation f;
        private final BroadcastAxes axes;
        private final float[] a;
        private final float[] b;
        private final float[] y;
        private final int length;
        private final int rowsOfAxis;
        private final int stepOfA;
        private final int stepOfB;
        private final boolean numbers;

        Rows(Operation f, BroadcastAxes axes, float[] a, float[] b, float[] y) {
            this.f = f;
            this.axes = axes;
            this.a = a;
            this.b = b;
            this.y = y;
            boolean one = axes.count() == 1;
            length = axes.extent(0);
            rowsOfAxis = one ? 1 : axes.extent(1);
            stepOfA = one ? 0 : axes.stepOfA(1);
            stepOfB = one ? 0 : axes.stepOfB(1);
            numbers = axes.stepOfB(0) == 0;
        }

        /** A part of one row. */
        void piece(int row, int first, int count) {
            int p = placeInA(row) + first;
            int at = row * length + first;
            if (numbers) {
                number(p, b[placeInB(row)], at, count);
            } else {
                f.apply(a, p, b, placeInB(row) + first, y, at, count);
            }
        }

        /** The rows from … to − 1. Only the first row of an axis needs divisions to find its place. */
        void each(int from, int to) {
            for (int next = from; next < to; ) {
                int end = Math.min(to, next - next % rowsOfAxis + rowsOfAxis);
                if (numbers) {
                    withNumbers(placeInA(next), placeInB(next), next * length, end - next);
                } else {
                    withOneRow(placeInA(next), placeInB(next), next * length, end - next);
                }
                next = end;
            }
        }

        /** All these rows have the same row of b. The rows of a lie together. */
        private void withOneRow(int p, int q, int at, int rows) {
            int together = Math.min(rows, CHUNK / length);
            if (together < 2) {
                for (int row = 0; row < rows; row++) {
                    f.apply(a, p + row * length, b, q, y, at + row * length, length);
                }
                return;
            }
            float[] repeated = Scratch.own().floats(Scratch.Use.REPEATED, CHUNK);
            int whole = together * length;
            System.arraycopy(b, q, repeated, 0, length);
            for (int filled = length; filled < whole; filled *= 2) {
                System.arraycopy(repeated, 0, repeated, filled, Math.min(filled, whole - filled));
            }
            for (int i = 0; i < rows * length; i += whole) {
                f.apply(a, p + i, repeated, 0, y, at + i, Math.min(whole, rows * length - i));
            }
        }

        /** Each of these rows has its number of b. */
        private void withNumbers(int p, int q, int at, int rows) {
            for (int row = 0; row < rows; row++) {
                number(p + row * stepOfA, b[q + row * stepOfB], at + row * length, length);
            }
        }

        private void number(int p, float number, int at, int count) {
            if (count < WORTH_FILLING) {
                f.applyNumber(a, p, number, y, at, count);
                return;
            }
            float[] repeated = Scratch.own().floats(Scratch.Use.REPEATED, CHUNK);
            Arrays.fill(repeated, 0, Math.min(CHUNK, count), number);
            for (int i = 0; i < count; i += CHUNK) {
                f.apply(a, p + i, repeated, 0, y, at + i, Math.min(CHUNK, count - i));
            }
        }

        private int placeInA(int row) {
            int place = 0;
            for (int axis = 1; axis < axes.count(); axis++) {
                place += row % axes.extent(axis) * axes.stepOfA(axis);
                row /= axes.extent(axis);
            }
            return place;
        }

        private int placeInB(int row) {
            int place = 0;
            for (int axis = 1; axis < axes.count(); axis++) {
                place += row % axes.extent(axis) * axes.stepOfB(axis);
                row /= axes.extent(axis);
            }
            return place;
        }
    }
}
