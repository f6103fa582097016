package io.github.grisaille.backend.cpu;

import java.util.Arrays;

/** Looks up the rows of a table by their numbers, and adds gradients to these rows. */
final class TableRows {
    private static final long WORTH_SHARING = 60_000;
    private static final int NONE = -1;

    private final WorkerPool pool;

    TableRows(WorkerPool pool) {
        this.pool = pool;
    }

    void lookUp(float[] table, int width, float[] labels, float[] y) {
        int rows = table.length / width;
        pool.split(labels.length, y.length, WORTH_SHARING, (from, to) -> {
            for (int i = from; i < to; i++) {
                int row = row(labels[i], rows);
                if (row == NONE) {
                    Arrays.fill(y, i * width, (i + 1) * width, Float.NaN);
                } else {
                    System.arraycopy(table, row * width, y, i * width, width);
                }
            }
        });
    }

    /** Sorts the labels by row, so that threads can share the rows. The labels of one row stay in order. */
    void gradient(float[] dy, int width, float[] labels, boolean add, float[] dTable) {
        int rows = dTable.length / width;
        int[] ends = Scratch.own().ints(Scratch.Use.ROW_ENDS, rows);
        int[] sorted = Scratch.own().ints(Scratch.Use.SORTED, labels.length);
        sort(labels, rows, ends, sorted);
        pool.split(rows, (long) dy.length + dTable.length, WORTH_SHARING, (from, to) -> {
            double[] sums = Scratch.own().doubles(width);
            for (int row = from; row < to; row++) {
                Arrays.fill(sums, 0, width, 0);
                for (int k = row == 0 ? 0 : ends[row - 1]; k < ends[row]; k++) {
                    int at = sorted[k] * width;
                    for (int j = 0; j < width; j++) {
                        sums[j] += dy[at + j];
                    }
                }
                for (int j = 0; j < width; j++) {
                    dTable[row * width + j] = (add ? dTable[row * width + j] : 0) + (float) sums[j];
                }
            }
        });
    }

    /** Writes the places of row 0's labels, then those of row 1's labels, and so on. {@code ends} says where each ends. */
    private static void sort(float[] labels, int rows, int[] ends, int[] sorted) {
        Arrays.fill(ends, 0, rows, 0);
        for (float label : labels) {
            int row = row(label, rows);
            if (row != NONE) {
                ends[row]++;
            }
        }
        int start = 0;
        for (int row = 0; row < rows; row++) {
            int count = ends[row];
            ends[row] = start;
            start += count;
        }
        for (int i = 0; i < labels.length; i++) {
            int row = row(labels[i], rows);
            if (row != NONE) {
                sorted[ends[row]++] = i;
            }
        }
    }

    private static int row(float label, int rows) {
        int row = (int) label;
        return row == label && row >= 0 && row < rows ? row : NONE;
    }
}
