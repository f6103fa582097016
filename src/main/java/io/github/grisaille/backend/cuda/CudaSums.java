package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Division;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.function.Consumer;

/** Launches whose blocks add up what they have: over the whole grid, or over the columns of a matrix. */
final class CudaSums {
    /** The last block adds up one partial sum a thread. */
    private static final int MOST_BLOCKS = CudaKernel.THREADS;

    private static final int WARP = 32;
    private static final int LEAST_ROWS_A_THREAD = 8;
    /** Blocks that keep a large device busy. */
    private static final int ENOUGH_BLOCKS = 512;
    /** Sums that a kernel has for each column, at most. */
    private static final long MOST_COLUMN_SUMS = 3;

    private final CudaLaunches launches;

    CudaSums(CudaLaunches launches) {
        this.launches = launches;
    }

    /**
     * total (+)= Σ x, or Σ x².
     *
     * @param squares whether the squares are added
     */
    void ofValues(Tensor x, boolean squares, Write write, Tensor total) {
        overGrid(
                CudaKernel.SUM,
                x.size(),
                total,
                record -> record.addresses(x, total)
                        .integer(x.size())
                        .flag(squares)
                        .flag(write.adds()));
    }

    /** sums (+)= the sum of each column of x, which is taken as a matrix with this many columns. */
    void ofColumns(Tensor x, int columns, Write write, Tensor sums) {
        overColumns(
                CudaKernel.COLUMN_SUMS,
                x.size() / columns,
                columns,
                sums,
                record -> record.addresses(x, sums).flag(write.adds()));
    }

    /**
     * A launch whose record begins with a {@code GridSum}.
     *
     * @param values the number of values that the blocks run over
     * @param fields writes the rest of the record
     */
    void overGrid(CudaKernel kernel, int values, Tensor result, Consumer<CudaRecord> fields) {
        int blocks = Math.min(MOST_BLOCKS, CudaGrid.over(values).x());
        launches.launch(
                kernel,
                CudaGrid.blocks(blocks),
                result,
                record -> fields.accept(record.partials((long) MOST_BLOCKS * Double.BYTES)));
    }

    /**
     * A launch whose record begins with {@code Columns}: how the matrix is divided among blocks, by columns and by rows.
     *
     * @param fields writes the rest of the record
     */
    void overColumns(CudaKernel kernel, int rows, int columns, Tensor result, Consumer<CudaRecord> fields) {
        int lanes = Math.min(WARP, Integer.highestOneBit(2 * columns - 1));
        int groups = Division.ceil(columns, lanes);
        int rowsOfThreads = CudaKernel.THREADS / lanes;
        int most = groups > CudaPartials.COUNTERS ? 1 : Division.ceil(rows, rowsOfThreads * LEAST_ROWS_A_THREAD);
        int chunkRows = Division.ceil(rows, Math.max(1, Math.min(ENOUGH_BLOCKS / groups, most)));
        int chunks = Division.ceil(rows, chunkRows);
        long bytes = MOST_COLUMN_SUMS * chunks * columns * Double.BYTES;
        launches.launch(
                kernel,
                new CudaGrid(groups, chunks),
                result,
                record -> fields.accept(record.partials(bytes).integers(rows, columns, lanes, chunkRows)));
    }
}
