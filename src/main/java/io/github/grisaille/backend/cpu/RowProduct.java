package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;

/**
 * The macro-kernel for rows of the left factor: the loops around the micro-kernel {@link RowTile}. These are the
 * terms of BLIS (Van Zee and van de Geijn 2015).
 *
 * <p>A row of the left factor is a number of runs, which are equally long and equally far apart. A row of a matrix is
 * one run. A patch of an image, which an output pixel sees, is one run for each kernel row. So a convolution reads its
 * patches straight from the image.
 *
 * <p>The loops, from the outermost to the innermost, and what stays in which memory:
 *
 * <ol>
 *   <li>Over blocks of {@link #BLOCK} rows. The values of these rows stay in the L2 cache.
 *   <li>Over the panels of the right factor.
 *   <li>Over the runs, and over pieces of at most {@link #SWEEP} values of a run. The rows of the panel that belong to
 *       a piece stay in the L2 cache. They are at most 512 × 64 floats, which is 128 KiB.
 *   <li>Over the tiles of the block. This calls the micro-kernel, which keeps the sums of
 *       a tile in registers.
 * </ol>
 *
 * <p>Each element is summed in the order of the inner index. So the way in which threads share rows and panels changes
 * no bit.
 *
 * <p>All threads use the same object at the same time. So the private methods take the state of a thread's work as
 * parameters.
 */
final class RowProduct {
    /** The number of rows in a block. Their values stay in the L2 cache while all panels are multiplied. */
    static final int BLOCK = 16 * RowTile.ROWS;

    /**
     * The largest number of values of a run that one call of the micro-kernel sums. The rows of a panel for them stay
     * in the L2 cache.
     */
    private static final int SWEEP = 512;

    /** Runs that are shorter than this are first copied next to each other. */
    private static final int SHORT = 24;

    /** The places of a start that is the same for all rows: zeros. */
    private static final int[] NO_STEP = new int[BLOCK];

    /** Where rows lie in an array: the index of the first value of each. */
    interface Places {
        /** Writes the places of the rows from … from + count − 1 to the start of an array. */
        void write(int from, int count, int[] places);
    }

    /** The places of rows that are {@code step} apart. */
    static Places rowsOf(int step) {
        return (from, count, places) -> {
            for (int i = 0; i < count; i++) {
                places[i] = (from + i) * step;
            }
        };
    }

    private final int runs;
    private final int length;
    private final int stride;
    /** The product for rows whose runs were copied next to each other. It is this object if they need not be copied. */
    private final RowProduct joined;

    /**
     * @param runs the number of runs in a row
     * @param length the number of values in a run
     * @param stride the distance from the start of a run to the start of the next
     */
    RowProduct(int runs, int length, int stride) {
        this.runs = runs;
        this.length = length;
        this.stride = stride;
        this.joined = runs > 1 && length < SHORT ? ofMatrix(runs * length) : this;
    }

    /** The product for the rows of a matrix with {@code inner} columns. */
    static RowProduct ofMatrix(int inner) {
        return new RowProduct(1, inner, inner);
    }

    int inner() {
        return runs * length;
    }

    /**
     * Computes some rows and some panels: c[row] = f(a[row] · panels + bias), or adds that product to c. The panels
     * hold the bias and the activation f. The places of rows are counted from aFrom and from cFrom.
     */
    void multiply(
            float[] a,
            Places aPlaces,
            int aFrom,
            int fromRow,
            int toRow,
            Panels<RowTile> panels,
            int fromPanel,
            int toPanel,
            boolean add,
            float[] c,
            Places cPlaces,
            int cFrom) {
        Scratch scratch = Scratch.own();
        int[] left = scratch.ints(Scratch.Use.LEFT_PLACES, BLOCK);
        int[] right = scratch.ints(Scratch.Use.RIGHT_PLACES, BLOCK);
        for (int row = fromRow; row < toRow; row += BLOCK) {
            int count = Math.min(BLOCK, toRow - row);
            int padded = Division.ceil(count, RowTile.ROWS) * RowTile.ROWS;
            aPlaces.write(row, count, left);
            for (int i = count; i < padded; i++) {
                left[i] = left[count - 1];
            }
            cPlaces.write(row, count, right);
            if (joined == this) {
                block(a, left, aFrom, count, panels, fromPanel, toPanel, add, c, right, cFrom);
            } else {
                float[] rows = join(a, left, aFrom, padded, scratch);
                joined.block(rows, left, 0, count, panels, fromPanel, toPanel, add, c, right, cFrom);
            }
            panels.epilogue().finish(c, right, count, cFrom, panels.column(fromPanel), panels.end(toPanel - 1));
        }
    }

    private float[] join(float[] a, int[] left, int from, int rows, Scratch scratch) {
        float[] near = scratch.floats(Scratch.Use.RUNS, rows * inner());
        int to = 0;
        for (int i = 0; i < rows; i++) {
            int at = from + left[i];
            left[i] = to;
            for (int run = 0; run < runs; run++, at += stride, to += length) {
                for (int k = 0; k < length; k++) {
                    near[to + k] = a[at + k];
                }
            }
        }
        return near;
    }

    private void block(
            float[] a,
            int[] left,
            int aFrom,
            int count,
            Panels<RowTile> panels,
            int fromPanel,
            int toPanel,
            boolean add,
            float[] c,
            int[] right,
            int cFrom) {
        for (int panel = fromPanel; panel < toPanel; panel++) {
            RowTile tile = panels.tile(panel);
            if (!add && tile.width() == panels.width(panel)) {
                // the last tile may have more rows than are left, and c has no place for them
                int whole = count / RowTile.ROWS * RowTile.ROWS;
                sweep(tile, a, left, aFrom, 0, whole, panels, panel, c, right, cFrom + panels.column(panel));
                if (whole < count) {
                    viaScratch(tile, a, left, aFrom, whole, count, panels, panel, false, c, right, cFrom);
                }
            } else {
                viaScratch(tile, a, left, aFrom, 0, count, panels, panel, add, c, right, cFrom);
            }
        }
    }

    /** Makes the product in scratch memory, and then copies what belongs to c. */
    private void viaScratch(
            RowTile tile,
            float[] a,
            int[] left,
            int aFrom,
            int from,
            int count,
            Panels<RowTile> panels,
            int panel,
            boolean add,
            float[] c,
            int[] right,
            int cFrom) {
        Scratch scratch = Scratch.own();
        float[] product = scratch.floats(Scratch.Use.TILE, BLOCK * tile.width());
        int[] places = scratch.ints(Scratch.Use.TILE, BLOCK);
        int padded = Division.ceil(count, RowTile.ROWS) * RowTile.ROWS;
        for (int i = from; i < padded; i++) {
            places[i] = i * tile.width();
        }
        sweep(tile, a, left, aFrom, from, padded, panels, panel, product, places, 0);
        int width = panels.width(panel);
        for (int i = from; i < count; i++) {
            int to = right[i] + cFrom + panels.column(panel);
            if (add) {
                for (int j = 0; j < width; j++) {
                    c[to + j] += product[places[i] + j];
                }
            } else {
                System.arraycopy(product, places[i], c, to, width);
            }
        }
    }

    private void sweep(
            RowTile tile,
            float[] a,
            int[] left,
            int aFrom,
            int fromRow,
            int toRow,
            Panels<RowTile> panels,
            int panel,
            float[] c,
            int[] right,
            int column) {
        float[] values = panels.values();
        float[] zeros = panels.zeros();
        int at = panels.place(panel);
        boolean first = true;
        for (int run = 0; run < runs; run++) {
            for (int k = 0; k < length || first; k += SWEEP) {
                int inner = Math.min(SWEEP, length - k);
                int offset = aFrom + run * stride + k;
                float[] start = first ? zeros : c;
                int[] starts = first ? NO_STEP : right;
                int from = first ? 0 : column;
                for (int i = fromRow; i < toRow; i += RowTile.ROWS) {
                    tile.multiply(inner, a, left, i, offset, values, at, start, starts, from, c, right, column);
                }
                first = false;
                at += inner * tile.width();
            }
        }
    }
}
