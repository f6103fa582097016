package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;

/**
 * Products of a transposed left factor with panels, the shape of a weight's gradient: every place of the left factor holds
 * the values that one row of the panels meets, in runs as in {@link RowProduct}, and the product has a row for each value.
 *
 * <p>A long sum comes in parts, one {@link #add} after the other; within a part places are taken in order, so the way the
 * work is shared out among threads changes no bit.
 */
final class ColumnProduct {
    /**
     * Places taken at a time, and the longest sum that {@link #write} makes: their values and their part of a panel stay in
     * the first-level cache.
     */
    static final int BLOCK = 128;

    /** Columns that are taken together at the least: with fewer, copying what they meet takes a good part of the time. */
    private static final int TOGETHER = 256;

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
        this.tilesPerRun = Division.ceil(length, Tile.TRANSPOSED_ROWS);
    }

    /**
     * Adds the products of a[places[k]] with row k of the panels, for all rows of the panels; the first call starts from
     * zero. There is one set of panels for all runs, or one for each.
     */
    void add(float[] a, int[] places, Panels... sets) {
        boolean first = !started;
        started = true;
        multiply(first, a, places, null, sets);
    }

    /**
     * Writes the product of a short sum, at most {@link #BLOCK} places, with one run: to a matrix whose rows are the values
     * of the left factor. Only what does not fill a tile takes the way of the sums.
     */
    void write(float[] a, int[] places, Panels panels, float[] c) {
        multiply(true, a, places, c, panels);
    }

    private void multiply(boolean first, float[] a, int[] places, float[] c, Panels... sets) {
        Panels panels = sets[0];
        int rows = runs * tilesPerRun * Tile.TRANSPOSED_ROWS;
        if (sums == null) {
            columns = panels.paddedColumns();
            sums = Scratch.own().aligned(Scratch.Use.PRODUCT, Math.multiplyExact(rows, columns));
        }
        int together = Math.max(1, TOGETHER / panels.tile(0).width());
        int strips = Division.ceil(panels.count(), together) * runs;
        long work = (long) rows * columns * panels.inner();
        pool.split(strips * tilesPerRun, work, WORTH_SHARING, (from, to) -> {
            for (int at = from; at < to; ) {
                int strip = at / tilesPerRun;
                int rest = Math.min(to, (strip + 1) * tilesPerRun) - at;
                int end = at + Division.ceil(rest, Division.ceil(rest, GROUP));
                int run = strip % runs;
                Panels own = sets[run % sets.length];
                int fromPanel = strip / runs * together;
                int toPanel = Math.min(panels.count(), fromPanel + together);
                strip(first, a, places, c, own, fromPanel, toPanel, run, at % tilesPerRun, end - strip * tilesPerRun);
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
            float[] c,
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
        int step = (Division.ceil(whole, LINE) | 1) * LINE;
        float[] near = Scratch.own().floats(Scratch.Use.RUNS, BLOCK * step);
        for (int k = 0; k < panels.inner(); k += BLOCK) {
            int inner = Math.min(BLOCK, panels.inner() - k);
            int at = places[k] + offset;
            boolean inPlace =
                    length <= NARROW && at + (inner - 1) * length + whole <= a.length && follow(places, k, inner);
            for (int i = 0; i < inner && !inPlace; i++) {
                System.arraycopy(a, places[k + i] + offset, near, i * step, values);
            }
            for (int panel = fromPanel; panel < toPanel; panel++) {
                int right = panels.place(panel) + k * panels.tile(panel).width();
                for (int t = fromTile; t < toTile; t++) {
                    int row = (t - fromTile) * Tile.TRANSPOSED_ROWS;
                    float[] left = inPlace ? a : near;
                    int leftFrom = inPlace ? at + row : row;
                    int leftStep = inPlace ? length : step;
                    tile(first && k == 0, inner, left, leftFrom, leftStep, panels, panel, right, run, t, c);
                }
            }
        }
    }

    /** One tile: to its place in c if that is given and the tile is full, or else to the sums, and from there to c. */
    private void tile(
            boolean first,
            int inner,
            float[] left,
            int leftFrom,
            int leftStep,
            Panels panels,
            int panel,
            int right,
            int run,
            int t,
            float[] c) {
        Tile tile = panels.tile(panel);
        int width = tile.width();
        boolean full = width == panels.width(panel) && (t + 1) * Tile.TRANSPOSED_ROWS <= length;
        boolean direct = c != null && full;
        float[] target = direct ? c : sums;
        int at = direct
                ? t * Tile.TRANSPOSED_ROWS * panels.columns() + panels.column(panel)
                : place(panels.column(panel), width, run, t);
        int step = direct ? panels.columns() : width;
        float[] start = first ? Scratch.own().floats(Scratch.Use.ZEROS, width) : target;
        int from = first ? 0 : at;
        int by = first ? 0 : step;
        tile.columns(inner, left, leftFrom, leftStep, panels.values(), right, start, from, by, target, at, step);
        if (c != null && !full) {
            copy(panels, panel, run, t, false, c);
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
        return Scratch.START
                + column * runs * tilesPerRun * Tile.TRANSPOSED_ROWS
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
        pool.split(runs * tilesPerRun, (long) runs * length * columns, WORTH_SHARING, (from, to) -> {
            for (int t = from; t < to; t++) {
                for (int panel = 0; panel < panels.count(); panel++) {
                    copy(panels, panel, t / tilesPerRun, t % tilesPerRun, add, c);
                }
            }
        });
    }

    /** Writes one tile's sums, or adds them. */
    private void copy(Panels panels, int panel, int run, int t, boolean add, float[] c) {
        int padded = panels.tile(panel).width();
        int width = panels.width(panel);
        int first = t * Tile.TRANSPOSED_ROWS;
        for (int row = first; row < Math.min(length, first + Tile.TRANSPOSED_ROWS); row++) {
            int at = place(panels.column(panel), padded, run, t) + (row - first) * padded;
            int target = (run * length + row) * panels.columns() + panels.column(panel);
            if (add) {
                for (int j = 0; j < width; j++) {
                    c[target + j] += sums[at + j];
                }
            } else {
                System.arraycopy(sums, at, c, target, width);
            }
        }
    }
}
