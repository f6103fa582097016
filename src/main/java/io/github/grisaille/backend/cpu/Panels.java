package io.github.grisaille.backend.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The right factor of a product, packed into panels. A panel holds a few columns side by side, row after row, so the
 * micro-kernel reads it straight through.
 *
 * <p>{@link PanelLayout} cuts the columns into panels. The last panel is filled up with zeros.
 *
 * @param <T> the kind of tile that multiplies these panels
 */
final class Panels<T extends Tile> {
    private static final int BLOCK = 16;
    private static final int FOUR = 4;

    private final PanelLayout<T> layout;
    private final int inner;
    private final int start;
    private final float[] values;
    private final float[] zeros;
    private EpilogueLoop epilogue = EpilogueLoop.NONE;

    /**
     * @param inner the number of rows of the factor
     * @param columns the number of its columns
     */
    Panels(T[] tiles, int inner, int columns) {
        this(new PanelLayout<>(tiles, columns), inner, 0, 0);
    }

    /**
     * @param start where the panels begin in the thread's array of panels
     * @param behind how much room of this array is needed behind them
     */
    private Panels(PanelLayout<T> layout, int inner, int start, int behind) {
        this.layout = layout;
        this.inner = inner;
        this.start = Scratch.START + start;
        int columns = layout.paddedColumns();
        Scratch scratch = Scratch.own();
        int needed = Math.addExact(start + behind, Math.multiplyExact(columns, inner));
        this.values = scratch.aligned(Scratch.Use.PANELS, needed);
        this.zeros = scratch.floats(Scratch.Use.ZEROS, columns);
    }

    /** Panels for several factors with the same number of columns. They share one array. */
    static <T extends Tile> List<Panels<T>> several(T[] tiles, int[] inner, int columns) {
        PanelLayout<T> layout = new PanelLayout<>(tiles, columns);
        int padded = layout.paddedColumns();
        int all = Arrays.stream(inner).sum();
        int done = 0;
        List<Panels<T>> panels = new ArrayList<>(inner.length);
        for (int length : inner) {
            panels.add(new Panels<>(layout, length, done * padded, (all - done - length) * padded));
            done += length;
        }
        return panels;
    }

    int count() {
        return layout.count();
    }

    int inner() {
        return inner;
    }

    int columns() {
        return layout.columns();
    }

    float[] values() {
        return values;
    }

    /** What the sums of a tile start from. There are at least as many zeros as a tile has columns. */
    float[] zeros() {
        return zeros;
    }

    /** The number of columns of all panels together, including those that fill up the last. */
    int paddedColumns() {
        return layout.paddedColumns();
    }

    /** The tile that fits a panel. */
    T tile(int panel) {
        return layout.tile(panel);
    }

    /** The first column of a panel. */
    int column(int panel) {
        return layout.column(panel);
    }

    /** The number of columns of a panel that belong to the factor. */
    int width(int panel) {
        return layout.width(panel);
    }

    /** The column after the last column of a panel. */
    int end(int panel) {
        return column(panel) + width(panel);
    }

    /** The index of the first value of a panel. */
    int place(int panel) {
        return start + column(panel) * inner;
    }

    /** Sets the epilogue of products with these panels. Without this there is none. */
    void epilogue(EpilogueLoop given) {
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
