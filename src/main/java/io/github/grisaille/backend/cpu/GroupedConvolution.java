package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.Arrays;

/**
 * Convolutions with groups or dilation over NHWC images, as loops over windows, taps and channels. The innermost loops
 * run over channels, which lie together in memory. {@link Convolution} computes all other convolutions.
 *
 * <p>A task makes whole rows of the result, or whole rows of the weights' gradient. The terms of a sum are added in an
 * order that the shape alone decides. So the number of threads changes no bit.
 */
final class GroupedConvolution {
    private static final long WORTH_SHARING = 60_000;
    /** Rows of the weights' gradient that a task makes together, so that they share what is read of the output. */
    private static final int ROWS_TOGETHER = 8;
    /** About how many columns of the weights' gradient a task makes, so that several threads share few rows. */
    private static final int COLUMNS_TOGETHER = 64;

    private final WorkerPool pool;

    GroupedConvolution(WorkerPool pool) {
        this.pool = pool;
    }

    /** The channels of one side of a convolution: all of them, and those of one group. */
    private record Channels(int all, int ofGroup) {}

    /**
     * The windows along one axis that a tap meets inside the image.
     *
     * @param from the first of them
     * @param to the one after the last
     * @param offset the place of the tap in window 0. In window q it is offset + q · stride
     */
    private record TapWindows(int from, int to, int offset) {
        static TapWindows across(int tap, ConvGeometry g, Extents e) {
            int offset = tap * g.dilationWidth() - g.padWidth();
            int from = Division.ceil(Math.max(0, -offset), g.strideWidth());
            int to = Math.min(e.outWidth(), Math.floorDiv(e.width() - 1 - offset, g.strideWidth()) + 1);
            return new TapWindows(from, Math.max(from, to), offset);
        }

        static TapWindows[] across(ConvGeometry g, Extents e) {
            TapWindows[] all = new TapWindows[g.kernelWidth()];
            Arrays.setAll(all, tap -> across(tap, g, e));
            return all;
        }
    }

    void forward(float[] image, float[] weight, EpilogueLoop epilogue, ConvGeometry g, Extents e, float[] out) {
        Channels from = new Channels(e.channels(), e.channels() / g.groups());
        Channels to = new Channels(e.outChannels(), e.outChannels() / g.groups());
        TapWindows[] across = TapWindows.across(g, e);
        int rowFloats = e.outWidth() * to.all;
        long work = (long) out.length * g.taps() * from.ofGroup;
        pool.split(e.batch() * e.outHeight(), work, WORTH_SHARING, (fromRow, toRow) -> {
            for (int row = fromRow; row < toRow; row++) {
                int n = row / e.outHeight();
                int top = row % e.outHeight() * g.strideHeight() - g.padHeight();
                Arrays.fill(out, row * rowFloats, (row + 1) * rowFloats, 0);
                for (int i = 0; i < g.kernelHeight(); i++) {
                    int y = top + i * g.dilationHeight();
                    if (y < 0 || y >= e.height()) {
                        continue;
                    }
                    for (int j = 0; j < across.length; j++) {
                        TapWindows windows = across[j];
                        int tap = (i * g.kernelWidth() + j) * from.ofGroup * to.all;
                        int pixel = (n * e.height() + y) * e.width() + windows.offset;
                        for (int q = windows.from; q < windows.to; q++) {
                            int at = (pixel + q * g.strideWidth()) * from.all;
                            addTap(image, at, from, weight, tap, out, row * rowFloats + q * to.all, to);
                        }
                    }
                }
                finish(out, row * rowFloats, rowFloats, epilogue);
            }
        });
    }

    void transpose(float[] out, float[] weight, EpilogueLoop epilogue, ConvGeometry g, Extents e, float[] image) {
        Channels from = new Channels(e.outChannels(), e.outChannels() / g.groups());
        Channels to = new Channels(e.channels(), e.channels() / g.groups());
        float[] turned = turned(weight, g, to, from);
        TapWindows[] across = TapWindows.across(g, e);
        int rowFloats = e.width() * to.all;
        long work = (long) out.length * g.taps() * to.ofGroup;
        pool.split(e.batch() * e.height(), work, WORTH_SHARING, (fromRow, toRow) -> {
            for (int row = fromRow; row < toRow; row++) {
                int n = row / e.height();
                int y = row % e.height();
                Arrays.fill(image, row * rowFloats, (row + 1) * rowFloats, 0);
                for (int i = 0; i < g.kernelHeight(); i++) {
                    int top = y + g.padHeight() - i * g.dilationHeight();
                    int p = top / g.strideHeight();
                    if (top < 0 || top % g.strideHeight() != 0 || p >= e.outHeight()) {
                        continue;
                    }
                    for (int j = 0; j < across.length; j++) {
                        TapWindows windows = across[j];
                        int tap = (i * g.kernelWidth() + j) * from.ofGroup * to.all;
                        int window = (n * e.outHeight() + p) * e.outWidth();
                        for (int q = windows.from; q < windows.to; q++) {
                            int at = row * rowFloats + (windows.offset + q * g.strideWidth()) * to.all;
                            addTap(out, (window + q) * from.all, from, turned, tap, image, at, to);
                        }
                    }
                }
                finish(image, row * rowFloats, rowFloats, epilogue);
            }
        });
    }

    /**
     * The weights with their last two axes exchanged within each group: (taps, output channels of a group, image
     * channels).
     */
    private static float[] turned(float[] weight, ConvGeometry g, Channels image, Channels out) {
        if (image.ofGroup == 1 && out.ofGroup == 1) {
            return weight;
        }
        float[] turned = Scratch.own().floats(Scratch.Use.TRANSFORMED, weight.length);
        int at = 0;
        for (int tap = 0; tap < g.taps(); tap++) {
            for (int k = 0; k < out.ofGroup; k++) {
                for (int c = 0; c < image.all; c++) {
                    int row = tap * image.ofGroup + c % image.ofGroup;
                    turned[at++] = weight[row * out.all + c / image.ofGroup * out.ofGroup + k];
                }
            }
        }
        return turned;
    }

    /** Adds what one pixel gives to another through one tap. The weights of the tap begin at {@code tap}. */
    private static void addTap(
            float[] x, int xAt, Channels from, float[] weight, int tap, float[] y, int yAt, Channels to) {
        if (from.ofGroup == 1 && to.ofGroup == 1) {
            addProducts(x, xAt, weight, tap, y, yAt, to.all);
            return;
        }
        for (int c = 0; c < from.all; c++) {
            int group = c / from.ofGroup * to.ofGroup;
            int row = tap + c % from.ofGroup * to.all;
            addMultiple(x[xAt + c], weight, row + group, y, yAt + group, to.ofGroup);
        }
    }

    /** y += a ⊙ b. */
    private static void addProducts(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) {
            y[yAt + i] += a[aAt + i] * b[bAt + i];
        }
    }

    /** y += factor · x. */
    private static void addMultiple(float factor, float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) {
            y[yAt + i] += factor * x[xAt + i];
        }
    }

    /** Adds the bias to each pixel of a row, and applies the activation. */
    private static void finish(float[] y, int at, int count, EpilogueLoop epilogue) {
        float[] bias = epilogue.bias();
        if (bias != null) {
            for (int pixel = at; pixel < at + count; pixel += bias.length) {
                for (int c = 0; c < bias.length; c++) {
                    y[pixel + c] += bias[c];
                }
            }
        }
        epilogue.activate(y, at, at + count);
    }

    void weightGradient(float[] image, float[] out, ConvGeometry g, Extents e, boolean add, float[] dWeight) {
        Channels from = new Channels(e.channels(), e.channels() / g.groups());
        Channels to = new Channels(e.outChannels(), e.outChannels() / g.groups());
        TapWindows[] across = TapWindows.across(g, e);
        int groupsTogether = Math.max(1, COLUMNS_TOGETHER / to.ofGroup);
        int columnParts = Division.ceil(g.groups(), groupsTogether);
        int rowParts = Division.ceil(from.ofGroup, ROWS_TOGETHER);
        long work = (long) out.length * g.taps() * from.ofGroup;
        pool.split(g.taps() * rowParts * columnParts, work, WORTH_SHARING, (fromPart, toPart) -> {
            for (int part = fromPart; part < toPart; part++) {
                int tap = part / columnParts / rowParts;
                int firstRow = part / columnParts % rowParts * ROWS_TOGETHER;
                int firstGroup = part % columnParts * groupsTogether;
                Part sums = new Part(
                        firstRow,
                        Math.min(from.ofGroup, firstRow + ROWS_TOGETHER),
                        firstGroup,
                        Math.min(g.groups(), firstGroup + groupsTogether),
                        from,
                        to);
                int i = tap / g.kernelWidth();
                TapWindows windows = across[tap % g.kernelWidth()];
                double[] totals = sums.over(image, out, g, e, i, windows);
                sums.write(totals, tap, add, dWeight);
            }
        });
    }

    /** A part of the weights' gradient at one tap: some rows of some groups. */
    private record Part(int fromRow, int toRow, int fromGroup, int toGroup, Channels from, Channels to) {
        private int columns() {
            return (toGroup - fromGroup) * to.ofGroup;
        }

        /** The sums over the batch and all windows. A row of windows is added in float, and the rows in double. */
        double[] over(float[] image, float[] out, ConvGeometry g, Extents e, int i, TapWindows windows) {
            int columns = columns();
            double[] totals = Scratch.own().doubles((toRow - fromRow) * columns);
            Arrays.fill(totals, 0, (toRow - fromRow) * columns, 0);
            float[] sums = Scratch.own().floats(Scratch.Use.SUMS, columns);
            for (int outRow = 0; outRow < e.batch() * e.outHeight(); outRow++) {
                int n = outRow / e.outHeight();
                int y = outRow % e.outHeight() * g.strideHeight() - g.padHeight() + i * g.dilationHeight();
                if (y < 0 || y >= e.height()) {
                    continue;
                }
                int pixel = (n * e.height() + y) * e.width() + windows.offset;
                for (int row = fromRow; row < toRow; row++) {
                    Arrays.fill(sums, 0, columns, 0);
                    for (int q = windows.from; q < windows.to; q++) {
                        int x = (pixel + q * g.strideWidth()) * from.all + row;
                        addWindow(image, x, out, (outRow * e.outWidth() + q) * to.all, sums);
                    }
                    int at = (row - fromRow) * columns;
                    for (int j = 0; j < columns; j++) {
                        totals[at + j] += sums[j];
                    }
                }
            }
            return totals;
        }

        /** Adds what one window gives to one row. */
        private void addWindow(float[] image, int x, float[] out, int window, float[] sums) {
            if (from.ofGroup == 1 && to.ofGroup == 1) {
                addProducts(image, x + fromGroup, out, window + fromGroup, sums, 0, toGroup - fromGroup);
                return;
            }
            for (int group = fromGroup; group < toGroup; group++) {
                float factor = image[x + group * from.ofGroup];
                int column = (group - fromGroup) * to.ofGroup;
                addMultiple(factor, out, window + group * to.ofGroup, sums, column, to.ofGroup);
            }
        }

        void write(double[] totals, int tap, boolean add, float[] dWeight) {
            int columns = columns();
            for (int row = fromRow; row < toRow; row++) {
                int target = (tap * from.ofGroup + row) * to.all + fromGroup * to.ofGroup;
                int at = (row - fromRow) * columns;
                for (int j = 0; j < columns; j++) {
                    float sum = (float) totals[at + j];
                    dWeight[target + j] = add ? dWeight[target + j] + sum : sum;
                }
            }
        }
    }
}
