package io.github.grisaille.backend.cpu;

/**
 * A row of pixels that a convolution with groups reads. Its pixels give to other pixels through the taps of the kernel.
 *
 * <p>The channels of a small group do not fill a vector. So each value of the row is first written once for each channel
 * that it gives to. Then one loop runs over the channels of all groups.
 */
final class GroupedRow {
    /** A group of fewer channels is small. */
    private static final int FILLS_VECTORS = 16;

    private final float[] x;
    private final int width;
    private final float[] weight;
    private final GroupedChannels channels;
    private final InnerLoops loops;
    /** The row for small groups: for each pixel (channels of a group) × (all channels that are written); or null. */
    private final float[] spread;

    private int start;

    /**
     * @param width the number of pixels in a row
     * @param weight (taps, channels of a group that are read, all channels that are written)
     */
    GroupedRow(float[] x, int width, float[] weight, GroupedChannels channels, InnerLoops loops) {
        this.x = x;
        this.width = width;
        this.weight = weight;
        this.channels = channels;
        this.loops = loops;
        boolean spreads = channels.toGroup() < FILLS_VECTORS && !channels.areDepthwise();
        spread = spreads ? Scratch.own().floats(Scratch.Use.SPREAD, width * channels.weightsOfTap()) : null;
    }

    /** Reads a row, counted from the first row of the batch. */
    void read(int row) {
        start = row * width * channels.from();
        if (spread == null) {
            return;
        }
        int at = 0;
        for (int pixel = start; pixel < start + width * channels.from(); pixel += channels.from()) {
            for (int c = 0; c < channels.fromGroup(); c++) {
                for (int place = pixel + c; place < pixel + channels.from(); place += channels.fromGroup()) {
                    for (int k = 0; k < channels.toGroup(); k++) {
                        spread[at++] = x[place];
                    }
                }
            }
        }
    }

    /** Adds what a pixel of the row gives through a tap to the pixel that begins at y[at]. */
    void add(int pixel, int tap, float[] y, int at) {
        int fromGroup = channels.fromGroup();
        int to = channels.to();
        int weights = tap * channels.weightsOfTap();
        if (spread != null) {
            int place = pixel * channels.weightsOfTap();
            for (int c = 0; c < channels.weightsOfTap(); c += to) {
                loops.addProducts(spread, place + c, weight, weights + c, y, at, to);
            }
        } else if (channels.areDepthwise()) {
            loops.addProducts(x, start + pixel * channels.from(), weight, weights, y, at, to);
        } else {
            int place = start + pixel * channels.from();
            for (int column = 0; column < to; column += channels.toGroup(), place += fromGroup) {
                loops.addRows(x, place, 1, fromGroup, weight, weights + column, to, y, at + column, channels.toGroup());
            }
        }
    }
}
