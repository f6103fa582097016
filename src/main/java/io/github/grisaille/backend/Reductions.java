package io.github.grisaille.backend;

import java.util.Arrays;

/**
 * Sums. A long sum is cut into chunks whose length depends on the shape alone; chunks are added up in index order, in
 * double precision, so the number of threads cannot change a bit.
 */
final class Reductions {
    private static final int CHUNK = 4096;
    private static final long WORTH_SHARING = 50_000;

    /** The sum of the terms from … to − 1, in order. */
    interface ChunkSum {
        double over(int from, int to);
    }

    /** Adds the terms of one row to the sums of all columns. */
    interface RowTerms {
        void add(int row, double[] sums);
    }

    private final WorkerPool pool;

    Reductions(WorkerPool pool) {
        this.pool = pool;
    }

    double sum(int length, ChunkSum terms) {
        int chunks = Convolution.ceilDiv(length, CHUNK);
        double[] partial = new double[chunks];
        pool.split(chunks, length, WORTH_SHARING, (from, to) -> {
            for (int chunk = from; chunk < to; chunk++) {
                partial[chunk] = terms.over(chunk * CHUNK, Math.min(length, (chunk + 1) * CHUNK));
            }
        });
        double total = 0;
        for (double sum : partial) {
            total += sum;
        }
        return total;
    }

    /** {@code width} sums over {@code rows} rows at once. */
    double[] columns(int rows, int width, RowTerms terms) {
        int rowsPerChunk = Math.max(1, CHUNK * 4 / width);
        int chunks = Convolution.ceilDiv(rows, rowsPerChunk);
        double[][] partial = new double[chunks][];
        pool.split(chunks, (long) rows * width, WORTH_SHARING, (from, to) -> {
            for (int chunk = from; chunk < to; chunk++) {
                double[] sums = new double[width];
                int end = Math.min(rows, (chunk + 1) * rowsPerChunk);
                for (int row = chunk * rowsPerChunk; row < end; row++) {
                    terms.add(row, sums);
                }
                partial[chunk] = sums;
            }
        });
        double[] total = new double[width];
        for (double[] sums : partial) {
            Arrays.setAll(total, j -> total[j] + sums[j]);
        }
        return total;
    }

    double[] columnSums(float[] x, int rows, int width) {
        return columns(rows, width, (row, sums) -> {
            for (int j = 0; j < width; j++) {
                sums[j] += x[row * width + j];
            }
        });
    }
}
