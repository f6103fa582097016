package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.Arrays;

/**
 * The gradient for the weights of a convolution with groups, in parts. The weights of a tap are a matrix. A row belongs
 * to one channel of the image in each group, and a column to a channel of the output. A part is some rows and columns of
 * one tap.
 */
final class GroupedWeightGradient {
    /** The rows of a part. They share what is read of the output. */
    private static final int ROWS = 8;
    /** About how many columns a part has: few enough for several threads to share a small gradient. */
    private static final int COLUMNS = 64;

    private final float[] image;
    private final float[] out;
    private final ConvGeometry g;
    private final Extents e;
    private final InnerLoops loops;
    private final GroupedChannels channels;
    private final TapWindows[] across;
    private final int groups;
    private final int partsDown;
    private final int partsAcross;

    GroupedWeightGradient(float[] image, float[] out, ConvGeometry g, Extents e, InnerLoops loops) {
        this.image = image;
        this.out = out;
        this.g = g;
        this.e = e;
        this.loops = loops;
        channels = GroupedChannels.of(e.channels(), e.outChannels(), g);
        across = TapWindows.of(g, e);
        groups = Math.max(1, COLUMNS / channels.toGroup());
        partsDown = Division.ceil(channels.fromGroup(), ROWS);
        partsAcross = Division.ceil(g.groups(), groups);
    }

    /** The number of parts. */
    int parts() {
        return g.taps() * partsDown * partsAcross;
    }

    /** Adds up one part and writes it. A row of windows is added in float, and the rows in double. */
    void make(int part, boolean add, float[] dWeight) {
        int tap = part / partsAcross / partsDown;
        int firstRow = part / partsAcross % partsDown * ROWS;
        int rows = Math.min(ROWS, channels.fromGroup() - firstRow);
        int firstGroup = part % partsAcross * groups;
        int columns = Math.min(groups, g.groups() - firstGroup) * channels.toGroup();
        double[] totals = Scratch.own().doubles(rows * columns);
        Arrays.fill(totals, 0, rows * columns, 0);
        float[] sums = Scratch.own().floats(Scratch.Use.SUMS, columns);
        TapWindows windows = across[tap % g.kernelWidth()];
        int down = tap / g.kernelWidth() * g.dilationHeight() - g.padHeight();
        for (int line = 0; line < e.batch() * e.outHeight(); line++) {
            int y = line % e.outHeight() * g.strideHeight() + down;
            if (y < 0 || y >= e.height()) {
                continue;
            }
            int pixel = (line / e.outHeight() * e.height() + y) * e.width()
                    + windows.offset()
                    + windows.from() * g.strideWidth();
            int window = line * e.outWidth() + windows.from();
            int x = pixel * e.channels() + firstGroup * channels.fromGroup() + firstRow;
            for (int row = 0; row < rows; row++) {
                Arrays.fill(sums, 0, columns, 0);
                addWindows(x + row, window * e.outChannels() + firstGroup * channels.toGroup(), windows, columns, sums);
                for (int j = 0; j < columns; j++) {
                    totals[row * columns + j] += sums[j];
                }
            }
        }
        for (int row = 0; row < rows; row++) {
            int target =
                    (tap * channels.fromGroup() + firstRow + row) * channels.to() + firstGroup * channels.toGroup();
            for (int j = 0; j < columns; j++) {
                float sum = (float) totals[row * columns + j];
                dWeight[target + j] = add ? dWeight[target + j] + sum : sum;
            }
        }
    }

    /**
     * Adds what a line of windows gives to one row.
     *
     * @param x the place in the image of the first channel that the first window sees
     * @param window the place of the first window in the output
     */
    private void addWindows(int x, int window, TapWindows windows, int columns, float[] sums) {
        int step = g.strideWidth() * e.channels();
        if (channels.areDepthwise()) {
            for (int q = 0; q < windows.count(); q++) {
                loops.addProducts(image, x + q * step, out, window + q * e.outChannels(), sums, 0, columns);
            }
            return;
        }
        int count = channels.toGroup();
        int at = x;
        for (int column = 0; column < columns; column += count, at += channels.fromGroup()) {
            loops.addRows(image, at, step, windows.count(), out, window + column, e.outChannels(), sums, column, count);
        }
    }
}
