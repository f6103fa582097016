package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.BroadcastAxes;

/**
 * Sums over some axes of a tensor. The tensor consists of blocks, and a block is a matrix of {@code rows} × {@code width}
 * values that lie together. Its rows are added. If the last axis is summed, the width is 1. The blocks of one item of the
 * result are added too.
 */
final class AxisSums {
    private static final long WORTH_SHARING = 60_000;
    /** From this number of items on, threads share the items. Otherwise they share the sums of one item. */
    private static final int MANY_ITEMS = 16;
    /** So few values that lie together are added one by one. */
    private static final int FEW_TERMS = 32;

    private final WorkerPool pool;
    private final Reductions reductions;
    private final InnerLoops loops;
    private final ColumnLoops columnLoops;

    AxisSums(WorkerPool pool, Reductions reductions, InnerLoops loops) {
        this.pool = pool;
        this.reductions = reductions;
        this.loops = loops;
        columnLoops = loops.columns();
    }

    /** @param axes the axes of x and y, where y is repeated along the axes that are summed, and there is such an axis */
    void sum(BroadcastAxes axes, float[] x, boolean add, float[] y) {
        Blocking blocking = Blocking.of(axes, x.length / y.length);
        int items = y.length / blocking.width;
        if (items < MANY_ITEMS) {
            items(blocking, 0, items, x, add, y);
        } else {
            pool.split(items, x.length, WORTH_SHARING, (from, to) -> items(blocking, from, to, x, add, y));
        }
    }

    private void items(Blocking blocking, int from, int to, float[] x, boolean add, float[] y) {
        int width = blocking.width;
        for (int item = from; item < to; item++) {
            int start = blocking.startOfItem(item);
            if (width == 1) {
                y[item] = (add ? y[item] : 0) + (float) value(blocking, start, x);
                continue;
            }
            double[] sums = reductions.columns(
                    blocking.terms, width, (first, end, partial) -> addRows(blocking, start, first, end, x, partial));
            for (int j = 0; j < width; j++) {
                y[item * width + j] = (add ? y[item * width + j] : 0) + (float) sums[j];
            }
        }
    }

    private double value(Blocking blocking, int start, float[] x) {
        if (blocking.terms == blocking.rows && blocking.terms <= Reductions.CHUNK) {
            int end = start + blocking.terms;
            return blocking.terms <= FEW_TERMS ? Pointwise.sum(x, start, end) : loops.sum(x, start, end);
        }
        return reductions.sum(blocking.terms, (first, end) -> {
            double sum = 0;
            for (int next = first; next < end; ) {
                int stop = blocking.endOfBlock(next, end);
                int at = start + blocking.place(next);
                sum += loops.sum(x, at, at + stop - next);
                next = stop;
            }
            return sum;
        });
    }

    private void addRows(Blocking blocking, int start, int first, int end, float[] x, float[] sums) {
        for (int next = first; next < end; ) {
            int stop = blocking.endOfBlock(next, end);
            int row = (start + blocking.place(next)) / blocking.width;
            columnLoops.sums(x, blocking.width, row, row + stop - next, 0, sums);
            next = stop;
        }
    }

    /**
     * How a tensor consists of blocks.
     *
     * @param outer the first axis outside the blocks
     * @param rows the number of rows in a block
     * @param terms the number of rows in all blocks of an item
     */
    private record Blocking(BroadcastAxes axes, int width, int rows, int outer, int terms) {
        static Blocking of(BroadcastAxes axes, int terms) {
            boolean lastIsSummed = axes.stepOfB(0) == 0;
            int width = lastIsSummed ? 1 : axes.extent(0);
            int rows = axes.extent(lastIsSummed ? 0 : 1);
            return new Blocking(axes, width, rows, lastIsSummed ? 1 : 2, terms);
        }

        /** Where the first block of an item begins. */
        int startOfItem(int item) {
            int place = 0;
            for (int axis = outer; axis < axes.count(); axis++) {
                if (axes.stepOfB(axis) != 0) {
                    place += item % axes.extent(axis) * axes.stepOfA(axis);
                    item /= axes.extent(axis);
                }
            }
            return place;
        }

        /** Where a row of an item begins, counted from where the item begins. */
        int place(int row) {
            int place = row % rows * width;
            int block = row / rows;
            for (int axis = outer; axis < axes.count(); axis++) {
                if (axes.stepOfB(axis) == 0) {
                    place += block % axes.extent(axis) * axes.stepOfA(axis);
                    block /= axes.extent(axis);
                }
            }
            return place;
        }

        /** The end of the rows that lie together with this one, but not more than a given end. */
        int endOfBlock(int row, int end) {
            return Math.min(end, row - row % rows + rows);
        }
    }
}
