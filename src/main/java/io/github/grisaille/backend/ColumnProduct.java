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
    /** Places taken at a time: their values and their part of a panel stay in the first-level cache. */
    private static final int BLOCK = 128;

    /** Columns that are taken together at the least: with fewer, copying what they meet would take the most time. */
    private static final int TOGETHER = 64;

    /** Places that lie one after another, no longer than this, are read where they are: a block of them fits that cache. */
    private static final int NARROW = 64;

    /** Tiles whose values are copied at a time, at the most: a block of them stays in the second-level cache, on few pages. */
    private static final int GROUP = 42;

    /** Values in a line of the cache. */
    private static final int LINE = 16;

    private static final long WORTH_SHARING = 300_000;

    private final WorkerPool pool;
    private final int runs;
    private final int length;
    private final int stride;
    private final int tilesPerRun;
    private float[] sums;
    private boolean started;
    private int columns;

    ColumnProduct(WorkerPool pool, int runs, int length, int stride) {
        this.pool = pool;
        this.runs = runs;
        this.length = length;
        this.stride = stride;
        this.tilesPerRun = Convolution.ceilDiv(length, Tile.TRANSPOSED_ROWS);
    }

    /**
     * Adds the products of a[places[k]] with row k of the panels, for all rows of the panels; the first call starts from
     * zero. There is one set of panels for all runs, or one for each.
     */
    void add(float[] a, int[] places, Panels... sets) {
        Panels panels = sets[0];
        int rows = runs * tilesPerRun * Tile.TRANSPOSED_ROWS;
        if (sums == null) {
            columns = panels.paddedColumns();
            sums = Scratch.own().floats(Scratch.Use.PRODUCT, Math.multiplyExact(rows, columns));
        }
        boolean first = !started;
        started = true;
        int together = Math.max(1, TOGETHER / panels.tile(0).width());
        int strips = Convolution.ceilDiv(panels.count(), together) * runs;
        long work = (long) rows * columns * panels.inner();
        pool.split(strips * tilesPerRun, work, WORTH_SHARING, (from, to) -> {
            for (int at = from; at < to; ) {
                int strip = at / tilesPerRun;
                int rest = Math.min(to, (strip + 1) * tilesPerRun) - at;
                int end = at + Convolution.ceilDiv(rest, Convolution.ceilDiv(rest, GROUP));
                int run = strip % runs;
                Panels own = sets[run % sets.length];
                int fromPanel = strip / runs * together;
                int toPanel = Math.min(panels.count(), fromPanel + together);
                strip(first, a, places, own, fromPanel, toPanel, run, at % tilesPerRun, end - strip * tilesPerRun);
                at = end;
            }
        });
    }

    /**
     * Some tiles of one run against some panels. Unless they lie close, the values they need are first copied next to each
     * other: where the rows of an image or matrix lie, they often fall onto few lines of the cache.
     */
    private void strip(
            boolean first,
            float[] a,
            int[] places,
            Panels panels,
            int fromPanel,
            int toPanel,
            int run,
            int fromTile,
            int toTile) {
        int offset = run * stride + fromTile * Tile.TRANSPOSED_ROWS;
        int values = Math.min(length, toTile * Tile.TRANSPOSED_ROWS) - fromTile * Tile.TRANSPOSED_ROWS;
        int whole = (toTile - fromTile) * Tile.TRANSPOSED_ROWS;
        // an odd number of lines apart, so that a tile's values do not all fall into the same sets of the cache
        int step = (Convolution.ceilDiv(whole, LINE) | 1) * LINE;
        float[] near = Scratch.own().floats(Scratch.Use.RUNS, BLOCK * step);
        for (int panel = fromPanel; first && panel < toPanel; panel++) {
            int width = panels.tile(panel).width();
            int from = place(panels.column(panel), width, run, fromTile);
            Arrays.fill(sums, from, from + whole * width, 0);
        }
        for (int k = 0; k < panels.inner(); k += BLOCK) {
            int inner = Math.min(BLOCK, panels.inner() - k);
            int at = places[k] + offset;
            boolean inPlace =
                    length <= NARROW && at + (inner - 1) * length + whole <= a.length && follow(places, k, inner);
            for (int i = 0; i < inner && !inPlace; i++) {
                System.arraycopy(a, places[k + i] + offset, near, i * step, values);
            }
            for (int panel = fromPanel; panel < toPanel; panel++) {
                Tile tile = panels.tile(panel);
                for (int t = fromTile; t < toTile; t++) {
                    int row = (t - fromTile) * Tile.TRANSPOSED_ROWS;
                    tile.columns(
                            inner,
                            inPlace ? a : near,
                            inPlace ? at + row : row,
                            inPlace ? length : step,
                            panels.values(),
                            panels.place(panel) + k * tile.width(),
                            sums,
                            place(panels.column(panel), tile.width(), run, t));
                }
            }
        }
    }

    /** Whether each place begins where the one before it ends. */
    private boolean follow(int[] places, int from, int count) {
        for (int k = from + 1; k < from + count; k++) {
            if (places[k] - places[k - 1] != length) {
                return false;
            }
        }
        return true;
    }

    private int place(int column, int width, int run, int tile) {
        return column * runs * tilesPerRun * Tile.TRANSPOSED_ROWS
                + (run * tilesPerRun + tile) * Tile.TRANSPOSED_ROWS * width;
    }

    float[] sums() {
        return sums;
    }

    /** Where the sums of one row of the first run begin, for one panel; the same row of the next run is {@link #runStep} on. */
    int place(Panels panels, int panel, int row) {
        int width = panels.tile(panel).width();
        return place(panels.column(panel), width, 0, row / Tile.TRANSPOSED_ROWS) + row % Tile.TRANSPOSED_ROWS * width;
    }

    int runStep(Panels panels, int panel) {
        return tilesPerRun * Tile.TRANSPOSED_ROWS * panels.tile(panel).width();
    }

    /** Writes the sums, or adds them, to a matrix whose rows are the values of all runs. */
    void finish(Panels panels, boolean add, float[] c) {
        pool.split(runs * length, (long) runs * length * columns, WORTH_SHARING, (from, to) -> {
            for (int row = from; row < to; row++) {
                int run = row / length;
                int tile = row % length / Tile.TRANSPOSED_ROWS;
                int inTile = row % length % Tile.TRANSPOSED_ROWS;
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
