package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import java.util.Arrays;

/**
 * The right factor of a product, packed into panels. A panel holds a few columns side by side, row after row, so the
 * micro-kernel reads it straight through.
 *
 * <p>All panels but the last are as wide as the widest tile. The last panel holds the columns that are left. It is as
 * wide as the narrowest tile that covers them, and is filled up with zeros.
 */
final class Panels {
    private static final int BLOCK = 16;
    private static final int FOUR = 4;

    private final Tile[] tiles;
    private final int inner;
    private final int columns;
    private final int wide;
    private final int count;
    private final Tile last;
    private final int total;
    private final int start;
    private final float[] values;
    private float[] bias;
    private EpilogueLoop epilogue = EpilogueLoop.NONE;

    /**
     * @param inner the number of rows of the factor
     * @param columns the number of its columns
     */
    Panels(Tile[] tiles, int inner, int columns) {
        this(tiles, inner, columns, Scratch.own(), 0, 0);
    }

    /**
     * @param start where the panels begin in the thread's array of panels
     * @param behind how much room of this array is needed behind them
     */
    private Panels(Tile[] tiles, int inner, int columns, Scratch scratch, int start, int behind) {
        this.tiles = tiles;
        this.inner = inner;
        this.columns = columns;
        this.wide = tiles[tiles.length - 1].width();
        this.count = Division.ceil(columns, wide);
        this.last = narrowest(tiles, columns - (count - 1) * wide);
        this.total = (count - 1) * wide + last.width();
        this.start = Scratch.START + start;
        int needed = Math.addExact(start + behind, Math.multiplyExact(total, inner));
        this.values = scratch.aligned(Scratch.Use.PANELS, needed);
        this.bias = scratch.floats(Scratch.Use.ZEROS, total);
    }

    /** Panels for several factors with the same number of columns. They share one array. */
    static Panels[] several(Tile[] tiles, int[] inner, int columns) {
        int all = Arrays.stream(inner).sum();
        int done = 0;
        Panels[] panels = new Panels[inner.length];
        for (int i = 0; i < inner.length; i++) {
            int padded = new Panels(tiles, 0, columns).total;
            panels[i] = new Panels(
                    tiles, inner[i], columns, Scratch.own(), done * padded, (all - done - inner[i]) * padded);
            done += inner[i];
        }
        return panels;
    }

    int count() {
        return count;
    }

    int inner() {
        return inner;
    }

    int columns() {
        return columns;
    }

    float[] values() {
        return values;
    }

    /** The value that the sum of each column starts from. There is one for each padded column. */
    float[] bias() {
        return bias;
    }

    /** The number of columns of all panels together, including those that fill up the last. */
    int paddedColumns() {
        return total;
    }

    /** The tile that fits a panel: the widest one, except for the last panel. */
    Tile tile(int panel) {
        return panel < count - 1 ? tiles[tiles.length - 1] : last;
    }

    private static Tile narrowest(Tile[] tiles, int width) {
        for (Tile tile : tiles) {
            if (tile.width() >= width) {
                return tile;
            }
        }
        throw new AssertionError(width);
    }

    /** The first column of a panel, in the factor and in the bias. */
    int column(int panel) {
        return panel * wide;
    }

    /** The number of columns of a panel that belong to the factor. */
    int width(int panel) {
        return Math.min(wide, columns - panel * wide);
    }

    /** The column after the last column of a panel. */
    int end(int panel) {
        return column(panel) + width(panel);
    }

    /** The index of the first value of a panel. */
    int place(int panel) {
        return start + panel * wide * inner;
    }

    /** Sets what each column starts from. Without this, or if it is null, each starts from zero. */
    void bias(float[] given) {
        if (given != null) {
            bias = Scratch.own().floats(Scratch.Use.BIAS, total);
            System.arraycopy(given, 0, bias, 0, columns);
            Arrays.fill(bias, columns, total, 0);
        }
    }

    /** Sets the epilogue of products with these panels. Without this there is none. */
    void epilogue(EpilogueLoop given) {
        bias(given.bias());
        epilogue = given;
    }

    EpilogueLoop epilogue() {
        return epilogue;
    }

    /** Packs all rows of the factor into one panel. In the source the rows are {@code step} apart. */
    void pack(int panel, float[] source, int from, int step) {
        pack(panel, source, from, step, 0, inner);
    }

    /** Packs the rows innerFrom … innerTo − 1 only. The first of them is at {@code from}. */
    void pack(int panel, float[] source, int from, int step, int innerFrom, int innerTo) {
        int width = width(panel);
        int padded = tile(panel).width();
        int to = place(panel) + innerFrom * padded;
        int at = from + column(panel);
        for (int k = innerFrom; k < innerTo; k++, at += step, to += padded) {
            System.arraycopy(source, at, values, to, width);
            for (int j = width; j < padded; j++) {
                values[to + j] = 0;
            }
        }
    }

    /**
     * Packs the rows innerFrom … innerTo − 1 of a factor whose transpose is in the source: the columns of the factor
     * are {@code step} apart.
     */
    void packTransposed(int panel, float[] source, int from, int step, int innerFrom, int innerTo) {
        int width = width(panel);
        int padded = tile(panel).width();
        for (int k = innerFrom; k < innerTo; k += BLOCK) {
            int count = Math.min(BLOCK, innerTo - k);
            int to = place(panel) + k * padded;
            int at = from + column(panel) * step + k - innerFrom;
            int j = 0;
            for (; j + FOUR <= width; j += FOUR) {
                copyFourToColumns(source, at + j * step, step, values, to + j, padded, count);
            }
            for (; j < width; j++) {
                copyToColumn(source, at + j * step, values, to + j, padded, count);
            }
            for (; j < padded; j++) {
                for (int i = 0; i < count; i++) {
                    values[to + j + i * padded] = 0;
                }
            }
        }
    }

    /** Copies neighbouring values into a column, whose values are {@code step} apart. */
    private static void copyToColumn(float[] source, int from, float[] target, int to, int step, int count) {
        for (int i = 0; i < count; i++) {
            target[to + i * step] = source[from + i];
        }
    }

    /** Does the same for four columns at once. The JIT then checks the bounds of the target once for all four. */
    private static void copyFourToColumns(
            float[] source, int from, int fromStep, float[] target, int to, int step, int count) {
        int second = from + fromStep;
        int third = second + fromStep;
        int fourth = third + fromStep;
        for (int i = 0, at = to; i < count; i++, at += step) {
            target[at] = source[from + i];
            target[at + 1] = source[second + i];
            target[at + 2] = source[third + i];
            target[at + 3] = source[fourth + i];
        }
    }
}
