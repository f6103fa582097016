package io.github.grisaille.data;

/**
 * Makes a square picture smaller (or larger): each new pixel is the mean of the area that it covers. Rows go in one after
 * the other, so that no more of the old picture than a row need be there.
 */
final class AreaAverage {
    static final int CHANNELS = 3;

    private final int side;
    private final int size;
    private final double scale;
    private final double[] sums;
    /** For each old column the first of its entries in the two arrays that follow. */
    private final int[] first;
    /** A new column that an old one lies in, and how much of the old one lies there. */
    private final int[] column;

    private final double[] covered;

    /**
     * @param side of the old picture, in pixels
     * @param size the side of the new picture
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

    /** Whether a new row or column, counted up from the first one, still has a part of an old one. */
    private boolean lies(int newPlace, int place) {
        return newPlace < size && newPlace * scale < place + 1;
    }

    private double covered(int newPlace, int place) {
        return Math.min(place + 1, (newPlace + 1) * scale) - Math.max(place, newPlace * scale);
    }

    /** Adds row y of the old picture, one 0xRRGGBB a pixel. */
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

    /** A value of the new picture, from 0 to 255, by its place among height × width × 3. */
    double mean(int place) {
        return sums[place] / (scale * scale);
    }
}
