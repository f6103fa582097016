package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;

/**
 * Products of rows with panels. A row of the left factor is a number of runs, equally long and equally far apart: one run
 * for a row of a matrix, one for each kernel row for the patch of an image that an output pixel sees. So a convolution
 * reads its patches straight from the image.
 *
 * <p>Each element is summed in the order of the inner index, whatever the tiling: how rows and panels are shared out
 * among threads changes no bit.
 */
final class RowProduct {
    /** Rows taken at a time: their values stay in the second-level cache while panel after panel goes by. */
    static final int BLOCK = 16 * Tile.ROWS;

    /** Values of a run that one sweep of a tile takes in: with a panel of this length in the second-level cache. */
    private static final int SWEEP = 512;

    /** Runs shorter than this are copied next to each other first. */
    private static final int SHORT = 24;

    /** The places of rows that are all the same: a bias. */
    private static final int[] NO_STEP = new int[BLOCK];

    /** Where rows lie in an array. */
    interface Places {
        /** Writes the places of rows from … from + count − 1 into an array, beginning at its start. */
        void write(int from, int count, int[] places);
    }

    /** Rows that lie one after another. */
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
    /** The product of rows whose runs were copied next to each other; this one, where they need not be. */
    private final RowProduct joined;

    /**
     * @param runs the number of runs in a row
     * @param length values in a run
     * @param stride from the start of a run to that of the next
     */
    RowProduct(int runs, int length, int stride) {
        this.runs = runs;
        this.length = length;
        this.stride = stride;
        this.joined = runs > 1 && length < SHORT ? ofMatrix(runs * length) : this;
    }

    /** A row of a matrix. */
    static RowProduct ofMatrix(int inner) {
        return new RowProduct(1, inner, inner);
    }

    int inner() {
        return runs * length;
    }

    /**
     * c[row] = panels' bias + a[row] · panels, or that added to c, and then the panels' activation, for some rows and some
     * panels; rows are counted from the places aFrom and cFrom.
     */
    void multiply(
            float[] a,
            Places aPlaces,
            int aFrom,
            int fromRow,
            int toRow,
            Panels panels,
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
            int padded = Division.ceil(count, Tile.ROWS) * Tile.ROWS;
            aPlaces.write(row, count, left);
            for (int i = count; i < padded; i++) {
                left[i] = left[count - 1];
            }
            cPlaces.write(row, count, right);
            if (joined == this) {
                block(a, left, aFrom, count, padded, panels, fromPanel, toPanel, add, c, right, cFrom);
            } else {
                float[] rows = join(a, left, aFrom, padded, scratch);
                joined.block(rows, left, 0, count, padded, panels, fromPanel, toPanel, add, c, right, cFrom);
            }
            int start = cFrom + panels.column(fromPanel);
            panels.epilogue().activate(c, right, count, start, cFrom + panels.end(toPanel - 1));
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
            int padded,
            Panels panels,
            int fromPanel,
            int toPanel,
            boolean add,
            float[] c,
            int[] right,
            int cFrom) {
        for (int panel = fromPanel; panel < toPanel; panel++) {
            Tile tile = panels.tile(panel);
            if (!add && tile.width() == panels.width(panel)) {
                // the last tile may have rows to spare, which have no place in c
                int whole = count / Tile.ROWS * Tile.ROWS;
                sweep(tile, a, left, aFrom, 0, whole, panels, panel, c, right, cFrom + panels.column(panel));
                if (whole < count) {
                    aside(tile, a, left, aFrom, whole, count, padded, panels, panel, false, c, right, cFrom);
                }
            } else {
                aside(tile, a, left, aFrom, 0, count, padded, panels, panel, add, c, right, cFrom);
            }
        }
    }

    /** Makes the product beside c and then copies what belongs there. */
    private void aside(
            Tile tile,
            float[] a,
            int[] left,
            int aFrom,
            int from,
            int count,
            int padded,
            Panels panels,
            int panel,
            boolean add,
            float[] c,
            int[] right,
            int cFrom) {
        Scratch scratch = Scratch.own();
        float[] product = scratch.floats(Scratch.Use.TILE, BLOCK * tile.width());
        int[] places = scratch.ints(Scratch.Use.TILE, BLOCK);
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
            Tile tile,
            float[] a,
            int[] left,
            int aFrom,
            int fromRow,
            int toRow,
            Panels panels,
            int panel,
            float[] c,
            int[] right,
            int column) {
        float[] values = panels.values();
        float[] bias = panels.bias();
        int at = panels.place(panel);
        boolean first = true;
        for (int run = 0; run < runs; run++) {
            for (int k = 0; k < length || first; k += SWEEP) {
                int inner = Math.min(SWEEP, length - k);
                int offset = aFrom + run * stride + k;
                float[] start = first ? bias : c;
                int[] starts = first ? NO_STEP : right;
                int from = first ? panels.column(panel) : column;
                for (int i = fromRow; i < toRow; i += Tile.ROWS) {
                    tile.rows(inner, a, left, i, offset, values, at, start, starts, from, c, right, column);
                }
                first = false;
                at += inner * tile.width();
            }
        }
    }
}
