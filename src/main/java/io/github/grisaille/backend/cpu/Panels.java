package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import java.util.Arrays;

/**
 * The right factor of a product, packed into panels: as many columns side by side as the widest tile has, and what is
 * left at the end as wide as the narrowest tile that covers it, filled up with zeros.
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
    private Epilogue epilogue = Epilogue.NONE;

    /**
     * @param inner the rows of the factor
     * @param columns its columns
     */
    Panels(Tile[] tiles, int inner, int columns) {
        this(tiles, inner, columns, Scratch.own(), 0, 0);
    }

    /**
     * @param start where the panels begin in the thread's array of panels
     * @param behind how much more of this array is needed behind them
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

    /** Several factors with the same columns, whose panels share one array. */
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

    /** What each column starts from, as long as all panels together are wide. */
    float[] bias() {
        return bias;
    }

    /** The columns of all panels together, with those that fill up the last. */
    int paddedColumns() {
        return total;
    }

    /** The tile that fits a panel: the widest, but for the last. */
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

    /** The columns of a panel that are the factor's own. */
    int width(int panel) {
        return Math.min(wide, columns - panel * wide);
    }

    /** The column after a panel's last. */
    int end(int panel) {
        return column(panel) + width(panel);
    }

    /** Where a panel begins among the values. */
    int place(int panel) {
        return start + panel * wide * inner;
    }

    /** Says what each column starts from; zero unless told, or if this is null. */
    void bias(float[] given) {
        if (given != null) {
            bias = Scratch.own().floats(Scratch.Use.BIAS, total);
            System.arraycopy(given, 0, bias, 0, columns);
            Arrays.fill(bias, columns, total, 0);
        }
    }

    /** Says what becomes of products with these panels: nothing unless told. */
    void epilogue(Epilogue given) {
        bias(given.bias());
        epilogue = given;
    }

    Epilogue epilogue() {
        return epilogue;
    }

    /** Packs rows of the factor that lie one after another in an array, {@code step} apart, into one panel. */
    void pack(int panel, float[] source, int from, int step) {
        pack(panel, source, from, step, 0, inner);
    }

    /** The same for the rows innerFrom … innerTo − 1 only, of which the first is at {@code from}. */
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

    /** Packs rows innerFrom … innerTo − 1 from an array that holds the factor's columns one after another, {@code step} apart. */
    void packTransposed(int panel, float[] source, int from, int step, int innerFrom, int innerTo) {
        int width = width(panel);
        int padded = tile(panel).width();
        for (int k = innerFrom; k < innerTo; k += BLOCK) {
            int count = Math.min(BLOCK, innerTo - k);
            int to = place(panel) + k * padded;
            int at = from + column(panel) * step + k - innerFrom;
            int j = 0;
            for (; j + FOUR <= width; j += FOUR) {
                standFour(source, at + j * step, step, values, to + j, padded, count);
            }
            for (; j < width; j++) {
                stand(source, at + j * step, values, to + j, padded, count);
            }
            for (; j < padded; j++) {
                for (int i = 0; i < count; i++) {
                    values[to + j + i * padded] = 0;
                }
            }
        }
    }

    /** Writes values that lie side by side under each other. */
    private static void stand(float[] source, int from, float[] target, int to, int step, int count) {
        for (int i = 0; i < count; i++) {
            target[to + i * step] = source[from + i];
        }
    }

    /** The same for four rows: the JIT checks the bounds of what is written once for all. */
    private static void standFour(float[] source, int from, int fromStep, float[] target, int to, int step, int count) {
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
