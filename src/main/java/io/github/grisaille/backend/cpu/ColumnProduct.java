package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import java.util.List;

/**
 * The macro-kernel for a transposed left factor: the loops around the micro-kernel {@link ColumnTile}. These are the
 * terms of BLIS (Van Zee and van de Geijn 2015). The gradient of weights, xᵀ · dy, is such a product.
 *
 * <p>The left factor is read at places. Place k holds the values that are multiplied by row k of the panels. As in
 * {@link RowProduct}, the values are a number of runs. The product has one row for each value.
 *
 * <p>The loops, from the outermost to the innermost, and what stays in which memory:
 *
 * <ol>
 *   <li>Over groups of tiles of one run, and over strips of panels. Threads share these.
 *   <li>Over blocks of {@link #BLOCK} places. The left values of a block are packed: they are copied next to each
 *       other, and stay in the L2 cache.
 *   <li>Over the panels of the strip. The rows of a panel that belong to the block stay in the L1 cache.
 *   <li>Over the tiles of the group. This calls the micro-kernel, which keeps the sums of a tile in registers.
 * </ol>
 *
 * <p>A long sum comes in parts, one call of {@link #add} for each. Within a part the places are summed in order. So the
 * way in which threads share the work changes no bit.
 *
 * <p>All threads use the same object at the same time. So the private methods take the state of a thread's work as
 * parameters.
 */
final class ColumnProduct {
    /**
     * The number of places in a block, and the longest sum that {@link #write} makes. The values of a tile at these
     * places and the rows of a panel for them stay in the L1 cache.
     */
    static final int BLOCK = 128;

    /**
     * About how many columns share the packed left values. With fewer columns, packing takes a large part of the time.
     */
    private static final int TOGETHER = 256;

    /**
     * Places with at most this many values are not packed, if they lie one after another. A block of them fits in the
     * L1 cache.
     */
    private static final int NARROW = 64;

    /**
     * The largest number of tiles whose left values are packed at a time. A block of these values stays in the L2
     * cache, on few memory pages.
     */
    private static final int GROUP = 42;

    /** The number of floats in a cache line. */
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

    /**
     * @param runs the number of runs at a place
     * @param length the number of values in a run
     * @param stride the distance from the start of a run to the start of the next
     */
    ColumnProduct(WorkerPool pool, int runs, int length, int stride) {
        this.pool = pool;
        this.runs = runs;
        this.length = length;
        this.stride = stride;
        this.tilesPerRun = Division.ceil(length, ColumnTile.ROWS);
    }

    /**
     * Adds the products of the values at a[places[k]] with row k of the panels, for all rows of the panels. The first
     * call starts from zero. There is one set of panels for all runs, or one for each run.
     */
    void add(float[] a, int[] places, List<Panels<ColumnTile>> sets) {
        boolean first = !started;
        started = true;
        multiply(first, a, places, null, sets);
    }

    /**
     * Writes the product of a short sum, of at most {@link #BLOCK} places, with one run, or adds it. The rows of c are
     * the values of the left factor. A full tile is written straight to c. Any other tile is first written to the sums.
     */
    void write(float[] a, int[] places, Panels<ColumnTile> panels, boolean add, float[] c) {
        multiply(true, a, places, new Target(add, c), List.of(panels));
    }

    /** A matrix that the product is written to, or added to. */
    private record Target(boolean add, float[] c) {}

    private void multiply(boolean first, float[] a, int[] places, Target target, List<Panels<ColumnTile>> sets) {
        Panels<ColumnTile> panels = sets.get(0);
        int rows = runs * tilesPerRun * ColumnTile.ROWS;
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
                Panels<ColumnTile> own = sets.get(run % sets.size());
                int fromPanel = strip / runs * together;
                int toPanel = Math.min(panels.count(), fromPanel + together);
                strip(
                        first,
                        a,
                        places,
                        target,
                        own,
                        fromPanel,
                        toPanel,
                        run,
                        at % tilesPerRun,
                        end - strip * tilesPerRun);
                at = end;
            }
        });
    }

    /**
     * Multiplies some tiles of one run by some panels. The left values are packed first, unless they already lie close
     * together: at their places in an image or a matrix, they often fall into few sets of the cache.
     */
    private void strip(
            boolean first,
            float[] a,
            int[] places,
            Target target,
            Panels<ColumnTile> panels,
            int fromPanel,
            int toPanel,
            int run,
            int fromTile,
            int toTile) {
        int offset = run * stride + fromTile * ColumnTile.ROWS;
        int values = Math.min(length, toTile * ColumnTile.ROWS) - fromTile * ColumnTile.ROWS;
        int whole = (toTile - fromTile) * ColumnTile.ROWS;
        // rows lie an odd number of cache lines apart, so that a tile's values do not all fall into the same sets of
        // the cache
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
                    int row = (t - fromTile) * ColumnTile.ROWS;
                    float[] left = inPlace ? a : near;
                    int leftFrom = inPlace ? at + row : row;
                    int leftStep = inPlace ? length : step;
                    tile(first && k == 0, inner, left, leftFrom, leftStep, panels, panel, right, run, t, target);
                }
            }
        }
    }

    /**
     * Computes one tile. If a target is given and the tile is full, the tile is written there. Otherwise it is written
     * to the sums, and copied from there to the target.
     */
    private void tile(
            boolean first,
            int inner,
            float[] left,
            int leftFrom,
            int leftStep,
            Panels<ColumnTile> panels,
            int panel,
            int right,
            int run,
            int t,
            Target target) {
        ColumnTile tile = panels.tile(panel);
        int width = tile.width();
        boolean full = width == panels.width(panel) && (t + 1) * ColumnTile.ROWS <= length;
        boolean direct = target != null && full;
        float[] c = direct ? target.c : sums;
        int at = direct
                ? t * ColumnTile.ROWS * panels.columns() + panels.column(panel)
                : place(panels.column(panel), width, run, t);
        int step = direct ? panels.columns() : width;
        boolean fromZero = first && !(direct && target.add);
        float[] start = fromZero ? Scratch.own().floats(Scratch.Use.ZEROS, width) : c;
        int from = fromZero ? 0 : at;
        int by = fromZero ? 0 : step;
        tile.multiply(inner, left, leftFrom, leftStep, panels.values(), right, start, from, by, c, at, step);
        if (target != null && !full) {
            copy(panels, panel, run, t, target.add, target.c);
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
                + column * runs * tilesPerRun * ColumnTile.ROWS
                + (run * tilesPerRun + tile) * ColumnTile.ROWS * width;
    }

    float[] sums() {
        return sums;
    }

    /**
     * The index of the sums of one row of the first run, for one panel. The same row of the next run is {@link
     * #runStep} further on.
     */
    int place(Panels<ColumnTile> panels, int panel, int row) {
        int width = panels.tile(panel).width();
        return place(panels.column(panel), width, 0, row / ColumnTile.ROWS) + row % ColumnTile.ROWS * width;
    }

    int runStep(Panels<ColumnTile> panels, int panel) {
        return tilesPerRun * ColumnTile.ROWS * panels.tile(panel).width();
    }

    /** Writes the sums to a matrix, or adds them. The rows of the matrix are the values of all runs. */
    void finish(Panels<ColumnTile> panels, boolean add, float[] c) {
        pool.split(runs * tilesPerRun, (long) runs * length * columns, WORTH_SHARING, (from, to) -> {
            for (int t = from; t < to; t++) {
                for (int panel = 0; panel < panels.count(); panel++) {
                    copy(panels, panel, t / tilesPerRun, t % tilesPerRun, add, c);
                }
            }
        });
    }

    /** Writes the sums of one tile, or adds them. */
    private void copy(Panels<ColumnTile> panels, int panel, int run, int t, boolean add, float[] c) {
        int padded = panels.tile(panel).width();
        int width = panels.width(panel);
        int first = t * ColumnTile.ROWS;
        for (int row = first; row < Math.min(length, first + ColumnTile.ROWS); row++) {
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
