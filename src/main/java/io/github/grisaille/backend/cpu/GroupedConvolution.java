package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.Arrays;

/**
 * Convolutions with groups or dilation over NHWC images, as loops over windows, taps and channels. The innermost loops
 * run over channels, which lie together in memory. {@link Convolution} computes all other convolutions.
 *
 * <p>A task makes whole rows of pixels, or whole parts of the weights' gradient. The terms of a sum are added in an
 * order that the shape alone decides. So the number of threads changes no bit.
 */
final class GroupedConvolution {
    private static final long WORTH_SHARING = 60_000;

    private final WorkerPool pool;
    private final InnerLoops loops;

    GroupedConvolution(WorkerPool pool, InnerLoops loops) {
        this.pool = pool;
        this.loops = loops;
    }

    void forward(float[] image, float[] weight, EpilogueLoop epilogue, ConvGeometry g, Extents e, float[] out) {
        GroupedChannels channels = GroupedChannels.of(e.channels(), e.outChannels(), g);
        TapWindows[] across = TapWindows.of(g, e);
        int rowFloats = e.outWidth() * e.outChannels();
        long work = (long) out.length * g.taps() * channels.fromGroup();
        pool.split(e.batch() * e.outHeight(), work, WORTH_SHARING, (from, to) -> {
            GroupedRow source = new GroupedRow(image, e.width(), weight, channels, loops);
            for (int row = from; row < to; row++) {
                int start = row * rowFloats;
                int n = row / e.outHeight();
                int top = row % e.outHeight() * g.strideHeight() - g.padHeight();
                Arrays.fill(out, start, start + rowFloats, 0);
                for (int i = 0; i < g.kernelHeight(); i++) {
                    int y = top + i * g.dilationHeight();
                    if (y < 0 || y >= e.height()) {
                        continue;
                    }
                    source.read(n * e.height() + y);
                    for (int j = 0; j < across.length; j++) {
                        TapWindows windows = across[j];
                        for (int q = windows.from(); q < windows.to(); q++) {
                            int x = windows.offset() + q * g.strideWidth();
                            source.add(x, i * g.kernelWidth() + j, out, start + q * e.outChannels());
                        }
                    }
                }
                epilogue.finish(out, start, start + rowFloats);
            }
        });
    }

    void transpose(float[] out, float[] weight, EpilogueLoop epilogue, ConvGeometry g, Extents e, float[] image) {
        GroupedChannels channels = GroupedChannels.of(e.outChannels(), e.channels(), g);
        float[] turned = turned(weight, channels, g.taps());
        TapWindows[] across = TapWindows.of(g, e);
        int rowFloats = e.width() * e.channels();
        long work = (long) out.length * g.taps() * channels.toGroup();
        pool.split(e.batch() * e.height(), work, WORTH_SHARING, (from, to) -> {
            GroupedRow source = new GroupedRow(out, e.outWidth(), turned, channels, loops);
            for (int row = from; row < to; row++) {
                int start = row * rowFloats;
                int n = row / e.height();
                int y = row % e.height();
                Arrays.fill(image, start, start + rowFloats, 0);
                for (int i = 0; i < g.kernelHeight(); i++) {
                    int top = y + g.padHeight() - i * g.dilationHeight();
                    int p = top / g.strideHeight();
                    if (top < 0 || top % g.strideHeight() != 0 || p >= e.outHeight()) {
                        continue;
                    }
                    source.read(n * e.outHeight() + p);
                    for (int j = 0; j < across.length; j++) {
                        TapWindows windows = across[j];
                        for (int q = windows.from(); q < windows.to(); q++) {
                            int x = windows.offset() + q * g.strideWidth();
                            source.add(q, i * g.kernelWidth() + j, image, start + x * e.channels());
                        }
                    }
                }
                epilogue.finish(image, start, start + rowFloats);
            }
        });
    }

    /**
     * The weights with the channels of the image and of the output exchanged within each group: (taps, output channels
     * of a group, all image channels).
     */
    private static float[] turned(float[] weight, GroupedChannels channels, int taps) {
        if (channels.areDepthwise()) {
            return weight;
        }
        int outGroup = channels.fromGroup();
        int imageGroup = channels.toGroup();
        float[] turned = Scratch.own().floats(Scratch.Use.TRANSFORMED, weight.length);
        int at = 0;
        for (int tap = 0; tap < taps; tap++) {
            for (int k = 0; k < outGroup; k++) {
                for (int c = 0; c < channels.to(); c++) {
                    int row = tap * imageGroup + c % imageGroup;
                    turned[at++] = weight[row * channels.from() + c / imageGroup * outGroup + k];
                }
            }
        }
        return turned;
    }

    void weightGradient(float[] image, float[] out, ConvGeometry g, Extents e, boolean add, float[] dWeight) {
        GroupedWeightGradient gradient = new GroupedWeightGradient(image, out, g, e, loops);
        long work = (long) e.batch() * e.outPixels() * dWeight.length;
        pool.split(gradient.parts(), work, WORTH_SHARING, (from, to) -> {
            for (int part = from; part < to; part++) {
                gradient.make(part, add, dWeight);
            }
        });
    }
}
