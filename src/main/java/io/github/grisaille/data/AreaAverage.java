package io.github.grisaille.data;

/**
 * Resizes a square picture: each new pixel is the mean of the area that it covers. Rows are added one after another, so
 * only one row of the old picture has to be in memory.
 */
final class AreaAverage {
    static final int CHANNELS = 3;

    private final int side;
    private final int size;
    private final double scale;
    private final double[] sums;
    /** The index of each old column's first entry in the next two arrays. */
    private final int[] first;
    /** Entries: a new column that an old column overlaps, and the width of the overlap. */
    private final int[] column;

    private final double[] covered;

    /**
     * @param side the side of the old picture, in pixels
     * @param size the side of the new picture, in pixels
     */
    AreaAverage(int side, int size) {
        this.side = side;
        this.size = size;
        scale = (double) side / size;
        sums = new double[size * size * CHANNELS];
        first = new int[side + 1];
        column = new int[side + 2 * size];
        covered = new double[column.length];
        int entries = 0;
        for (int x = 0; x < side; x++) {
            for (int newX = (int) (x / scale); lies(newX, x); newX++) {
                column[entries] = newX;
                covered[entries++] = covered(newX, x);
            }
            first[x + 1] = entries;
        }
    }

    /** Whether a new row or column still overlaps an old one, when new ones are tried in rising order. */
    private boolean lies(int newPlace, int place) {
        return newPlace < size && newPlace * scale < place + 1;
    }

    private double covered(int newPlace, int place) {
        return Math.min(place + 1, (newPlace + 1) * scale) - Math.max(place, newPlace * scale);
    }

    /** Adds row y of the old picture, with one 0xRRGGBB value per pixel. */
    void addRow(int y, int[] rgb, int offset) {
        for (int newY = (int) (y / scale); lies(newY, y); newY++) {
            double coveredY = covered(newY, y);
            for (int x = 0; x < side; x++) {
                int pixel = rgb[offset + x];
                for (int entry = first[x]; entry < first[x + 1]; entry++) {
                    int at = (newY * size + column[entry]) * CHANNELS;
                    double area = covered[entry] * coveredY;
                    sums[at] += area * (pixel >> 16 & 0xFF);
                    sums[at + 1] += area * (pixel >> 8 & 0xFF);
                    sums[at + 2] += area * (pixel & 0xFF);
                }
            }
        }
    }

    int size() {
        return size;
    }

    /** A value of the new picture, from 0 to 255. {@code place} is its index in (size, size, 3). */
    double mean(int place) {
        return sums[place] / (scale * scale);
    }
}
