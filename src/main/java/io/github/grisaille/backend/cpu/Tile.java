package io.github.grisaille.backend.cpu;

/**
 * The micro-kernel of a matrix product. It multiplies a few rows of the left factor by one panel, and keeps all sums in
 * registers. {@link RowTile} reads rows of the left factor, and {@link ColumnTile} reads its columns.
 *
 * <p>The left factor is read in place, value by value. The right factor is a panel: {@link #width} columns side by side,
 * packed so that the loop walks straight through it.
 */
abstract class Tile {
    private final int width;

    Tile(int width) {
        this.width = width;
    }

    /** The number of columns of this tile, a whole number of vectors. */
    final int width() {
        return width;
    }
}
