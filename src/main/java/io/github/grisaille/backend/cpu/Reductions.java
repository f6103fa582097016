package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/**
 * Sums with a fixed order. A long sum is cut into chunks, and the length of a chunk depends on the shape alone. Within
 * a chunk, values are added in single or double precision. The chunks are then added in the order of their index, in
 * double precision. So the number of threads changes no bit.
 */
final class Reductions {
    /** Sums that are not longer are one chunk. */
    static final int CHUNK = 4096;

    private static final int ROWS_IN_BLOCK = 64;
    private static final int BLOCKS_IN_CHUNK = 8;
    private static final long WORTH_SHARING = 60_000;

    /** One value from the terms from … to − 1, such as their sum in order. */
    interface OfChunk {
        double over(int from, int to);
    }

    /** Adds the terms of the rows from … to − 1 to the sums of all columns. */
    interface RowTerms {
        void add(int from, int to, float[] sums);
    }

    private final WorkerPool pool;
    private final ColumnLoops loops;

    Reductions(WorkerPool pool, ColumnLoops loops) {
        this.pool = pool;
        this.loops = loops;
    }

    double sum(int length, OfChunk terms) {
        return combine(length, terms, 0, Double::sum);
    }

    /** The greatest of the values of all chunks. */
    double greatest(int length, OfChunk values) {
        return combine(length, values, Double.NEGATIVE_INFINITY, Math::max);
    }

    /** The least of the values of all chunks. */
    double least(int length, OfChunk values) {
        return combine(length, values, Double.POSITIVE_INFINITY, Math::min);
    }

    private double combine(int length, OfChunk values, double first, DoubleBinaryOperator operator) {
        int chunks = Division.ceil(length, CHUNK);
        double[] partial = Scratch.own().doubles(chunks);
        pool.split(chunks, length, WORTH_SHARING, (from, to) -> {
            for (int chunk = from; chunk < to; chunk++) {
                partial[chunk] = values.over(chunk * CHUNK, Math.min(length, (chunk + 1) * CHUNK));
            }
        });
        double result = first;
        for (int chunk = 0; chunk < chunks; chunk++) {
            result = operator.applyAsDouble(result, partial[chunk]);
        }
        return result;
    }

    /**
     * Makes {@code width} sums over {@code rows} rows at once. The array may be longer than that. It holds the sums
     * until this thread sums again.
     */
    double[] columns(int rows, int width, RowTerms terms) {
        int chunkRows = ROWS_IN_BLOCK * BLOCKS_IN_CHUNK;
        int chunks = Division.ceil(rows, chunkRows);
        double[] partial = Scratch.own().doubles(chunks * width);
        Arrays.fill(partial, 0, chunks * width, 0);
        pool.split(chunks, (long) rows * width, WORTH_SHARING, (from, to) -> {
            float[] sums = Scratch.own().floats(Scratch.Use.SUMS, width);
            for (int row = from * chunkRows; row < Math.min(rows, to * chunkRows); row += ROWS_IN_BLOCK) {
                Arrays.fill(sums, 0, width, 0);
                terms.add(row, Math.min(rows, row + ROWS_IN_BLOCK), sums);
                int at = row / chunkRows * width;
                for (int j = 0; j < width; j++) {
                    partial[at + j] += sums[j];
                }
            }
        });
        for (int chunk = 1; chunk < chunks; chunk++) {
            for (int j = 0; j < width; j++) {
                partial[j] += partial[chunk * width + j];
            }
        }
        return partial;
    }

    double[] columnSums(float[] x, int rows, int width) {
        return columns(rows, width, (from, to, sums) -> loops.sums(x, width, from, to, 0, sums));
    }
}
