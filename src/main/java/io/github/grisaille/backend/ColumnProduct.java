package io.github.grisaille.backend;

import java.util.Arrays;

/**
 * Products of a transposed left factor with panels, the shape of a weight's gradient: every place of the left factor holds
 * the values that one row of the panels meets, in runs as in {@link RowProduct}, and the product has a row for each value.
 *
 * <p>A long sum comes in parts, one {@link #add} after the other; within a part places are taken in order, so the way the
 * work is shared out among threads changes no bit.
 */
final class ColumnProduct {
    /** Places taken at a time: their part of a panel stays in the first-level cache while tile after tile goes by. */
    private static final int BLOCK = 128;

    private static final long WORTH_SHARING = 300_000;

    private final WorkerPool pool;
    private final int runs;
    private final int length;
    private final int stride;
    private final boolean slack;
    private final int tilesPerRun;
    private float[] sums;
    private int columns;

    /**
     * @param slack whether the left factor may be read {@link Tile#ROWS} − 1 values beyond the end of a run; if not, a
     *     run has at least {@link Tile#ROWS} values
     */
    ColumnProduct(WorkerPool pool, int runs, int length, int stride, boolean slack) {
        this.pool = pool;
        this.runs = runs;
        this.length = length;
        this.stride = stride;
        this.slack = slack;
        this.tilesPerRun = Convolution.ceilDiv(length, Tile.ROWS);
    }

    /** Adds the products of a[places[k]] with row k of the panels, for all rows of the panels; the first call starts from zero. */
    void add(float[] a, int[] places, Panels panels) {
        int rows = runs * tilesPerRun * Tile.ROWS;
        if (sums == null) {
            columns = panels.paddedColumns();
            sums = Scratch.own().floats(Scratch.Use.PRODUCT, Math.multiplyExact(rows, columns));
            Arrays.fill(sums, 0, rows * columns, 0);
        }
        int strips = panels.count() * runs;
        long work = (long) rows * columns * panels.inner();
        pool.split(strips * tilesPerRun, work, WORTH_SHARING, (from, to) -> {
            for (int at = from; at < to; ) {
                int strip = at / tilesPerRun;
                int end = Math.min(to, (strip + 1) * tilesPerRun);
                strip(a, places, panels, strip / runs, strip % runs, at % tilesPerRun, end - strip * tilesPerRun);
                at = end;
            }
        });
    }

    private void strip(float[] a, int[] places, Panels panels, int panel, int run, int fromTile, int toTile) {
        Tile tile = panels.tile(panel);
        for (int k = 0; k < panels.inner(); k += BLOCK) {
            int end = Math.min(panels.inner(), k + BLOCK);
            for (int t = fromTile; t < toTile; t++) {
                tile.columns(
                        k,
                        end,
                        a,
                        places,
                        run * stride + firstRow(t),
                        panels.values(),
                        panels.place(panel) + k * tile.width(),
                        sums,
                        place(panels.column(panel), tile.width(), run, t));
            }
        }
    }

    /** The last tile of a run may reach beyond it, or else overlaps the one before. */
    private int firstRow(int tile) {
        return slack ? tile * Tile.ROWS : Math.min(tile * Tile.ROWS, length - Tile.ROWS);
    }

    private int place(int column, int width, int run, int tile) {
        return column * runs * tilesPerRun * Tile.ROWS + (run * tilesPerRun + tile) * Tile.ROWS * width;
    }

    /** Writes the sums, or adds them, to a matrix whose rows are the values of all runs. */
    void finish(Panels panels, boolean add, float[] c) {
        pool.split(runs * length, (long) runs * length * columns, WORTH_SHARING, (from, to) -> {
            for (int row = from; row < to; row++) {
                int run = row / length;
                int tile = row % length / Tile.ROWS;
                int inTile = row % length - firstRow(tile);
                for (int panel = 0; panel < panels.count(); panel++) {
                    int padded = panels.tile(panel).width();
                    int width = panels.width(panel);
                    int at = place(panels.column(panel), padded, run, tile) + inTile * padded;
                    int target = row * panels.columns() + panels.column(panel);
                    if (add) {
                        for (int j = 0; j < width; j++) {
                            c[target + j] += sums[at + j];
                        }
                    } else {
                        System.arraycopy(sums, at, c, target, width);
                    }
                }
            }
        });
    }
}
