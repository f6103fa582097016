package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import java.util.Arrays;

/**
 * How the columns of a factor are cut into panels, and which tile multiplies each of them.
 *
 * <p>All panels are as wide as the widest tile, except for the last one or two. The last panel is as wide as the
 * narrowest tile that covers the columns that are left. The narrowest of all tiles is slow. If it would be the last, the
 * panel before it gives it some columns.
 *
 * @param <T> the kind of tile
 */
final class PanelLayout<T extends Tile> {
    private final int columns;
    /** The tile of each panel. */
    private final T[] tiles;
    /** The first column of each panel, and at last the number of all columns with those that fill up the last panel. */
    private final int[] first;

    /** @param available the tiles from narrow to wide */
    PanelLayout(T[] available, int columns) {
        this.columns = columns;
        int widest = available.length - 1;
        int wide = available[widest].width();
        int count = Division.ceil(columns, wide);
        tiles = Arrays.copyOf(available, count);
        Arrays.fill(tiles, available[widest]);
        int rest = columns - (count - 1) * wide;
        if (count > 1 && rest <= available[0].width() && widest > 1) {
            tiles[count - 2] = available[widest - 1];
            rest += wide - tiles[count - 2].width();
        }
        if (count > 0) {
            tiles[count - 1] = narrowest(available, rest);
        }
        first = new int[count + 1];
        for (int i = 0; i < count; i++) {
            first[i + 1] = first[i] + tiles[i].width();
        }
    }

    private static <T extends Tile> T narrowest(T[] available, int width) {
        for (T tile : available) {
            if (tile.width() >= width) {
                return tile;
            }
        }
        throw new AssertionError(width);
    }

    /** The number of panels. */
    int count() {
        return tiles.length;
    }

    /** The number of columns of the factor. */
    int columns() {
        return columns;
    }

    /** The number of columns of all panels together, including those that fill up the last. */
    int paddedColumns() {
        return first[tiles.length];
    }

    T tile(int panel) {
        return tiles[panel];
    }

    /** The first column of a panel. */
    int column(int panel) {
        return first[panel];
    }

    /** The number of columns of a panel that belong to the factor. */
    int width(int panel) {
        return Math.min(columns, first[panel + 1]) - first[panel];
    }
}
