package io.github.grisaille.backend;

import io.github.grisaille.tensor.ConvGeometry;
import java.util.Arrays;

/**
 * Convolutions of 4×4 with stride 2, the DCGAN's, with 9 multiplications for 16 (Winograd 1980; Lavin and Gray 2016).
 *
 * <p>Such a convolution is the sum of four convolutions of 2×2 with stride 1, one on each phase of the image (its even or
 * odd rows, its even or odd columns). In one dimension, two neighbouring outputs d₀g₀ + d₁g₁ and d₁g₀ + d₂g₁ are m₁ + m₂
 * and m₂ − m₃ with m₁ = (d₀ − d₁)g₀, m₂ = d₁(g₀ + g₁), m₃ = (d₁ − d₂)g₁: three products for four. In two dimensions nine
 * for sixteen. So windows of 3×3 and kernels of 2×2 are transformed into nine values each, nine matrix products sum over
 * channels, and four outputs are made of the nine sums. The gradient for the image and the one for the weights have the
 * same form, with the roles of window, kernel and output exchanged.
 */
final class Winograd {
    private static final int PRODUCTS = 9;
    /** The product that all four outputs take in with factor 1: the bias belongs there. */
    private static final int CENTRE = 4;

    private static final int PHASES = 4;
    private static final int KERNEL = 4;
    private static final int STRIDE = 2;
    /** Fewer channels make products too thin to pay for the transforms. */
    private static final int LEAST_CHANNELS = 32;

    private static final int GRADIENT_GROUP_FLOATS = 1 << 21;
    private static final long WORTH_SHARING = 60_000;

    private final WorkerPool pool;
    private final Tile[] tiles;
    private final Kernels kernels;

    Winograd(WorkerPool pool, Kernels kernels) {
        this.pool = pool;
        this.tiles = kernels.tiles();
        this.kernels = kernels;
    }

    boolean suits(ConvGeometry g, Convolution.Extents e) {
        int unit = tiles[0].width();
        return g.kernelHeight() == KERNEL
                && g.kernelWidth() == KERNEL
                && g.strideHeight() == STRIDE
                && g.strideWidth() == STRIDE
                && e.outHeight() % 2 == 0
                && e.outWidth() % 2 == 0
                && e.height() == 2 * e.outHeight()
                && e.width() == 2 * e.outWidth()
                && e.channels() >= LEAST_CHANNELS
                && e.outChannels() >= LEAST_CHANNELS
                && e.channels() % unit == 0
                && e.outChannels() % unit == 0
                && e.batch() * tilesOf(e) >= RowProduct.BLOCK;
    }

    private static int tilesOf(Convolution.Extents e) {
        return e.outPixels() / 4;
    }

    /** Images for a task: enough tiles for a block of rows, but not so many that threads have nothing to share. */
    private int groupOf(Convolution.Extents e) {
        int block = Convolution.ceilDiv(RowProduct.BLOCK, tilesOf(e));
        return Math.min(block, Convolution.ceilDiv(e.batch(), 2 * pool.threads()));
    }

    void forward(float[] image, float[] weight, float[] bias, ConvGeometry g, Convolution.Extents e, float[] out) {
        int channels = e.channels();
        int inner = PHASES * channels;
        Panels[] panels = forwardPanels(weight, e);
        panels[CENTRE].bias(bias);
        Padding padding = Padding.around(e.height(), e.width(), channels, g.padHeight(), g.padWidth());
        int group = groupOf(e);
        RowProduct product = RowProduct.ofMatrix(inner);
        pool.split(Convolution.ceilDiv(e.batch(), group), Long.MAX_VALUE, 0, (fromGroup, toGroup) -> {
            for (int first = fromGroup * group; first < Math.min(e.batch(), toGroup * group); first += group) {
                int images = Math.min(group, e.batch() - first);
                int count = images * tilesOf(e);
                float[] padded = padding.copy(image, first, first + images);
                float[] windows = Scratch.own().floats(Scratch.Use.TRANSFORMED, PRODUCTS * count * inner);
                phaseWindows(padded, padding, e, 0, count, count, windows);
                float[] sums = products(product, windows, count, panels);
                collapse(sums, count, e.outChannels(), e, first, out);
            }
        });
    }

    /** The windows of all phases of padded images, transformed: nine matrices of tiles × (phase, channel). */
    private void phaseWindows(
            float[] padded,
            Padding padding,
            Convolution.Extents e,
            int fromTile,
            int toTile,
            int count,
            float[] windows) {
        int channels = e.channels();
        int inner = PHASES * channels;
        int across = e.outWidth() / 2;
        int perImage = tilesOf(e);
        for (int t = fromTile; t < toTile; t++) {
            int y = t % perImage / across * 2 * STRIDE;
            int x = t % across * 2 * STRIDE;
            for (int phase = 0; phase < PHASES; phase++) {
                kernels.winogradWindow(
                        padded,
                        padding.place(t / perImage, y + phase / 2, x + phase % 2),
                        STRIDE * padding.rowFloats(),
                        STRIDE * channels,
                        channels,
                        windows,
                        t * inner + phase * channels,
                        count * inner);
            }
        }
    }

    private static float[] products(RowProduct product, float[] windows, int count, Panels[] panels) {
        int inner = product.inner();
        int columns = panels[0].columns();
        float[] sums = Scratch.own().floats(Scratch.Use.PRODUCT, PRODUCTS * count * columns);
        RowProduct.Places windowRows = RowProduct.rowsOf(inner);
        RowProduct.Places sumRows = RowProduct.rowsOf(columns);
        for (int i = 0; i < PRODUCTS; i++) {
            product.multiply(
                    windows,
                    windowRows,
                    i * count * inner,
                    0,
                    count,
                    panels[i],
                    0,
                    panels[i].count(),
                    false,
                    sums,
                    sumRows,
                    i * count * columns);
        }
        return sums;
    }

    private void collapse(float[] sums, int count, int columns, Convolution.Extents e, int firstImage, float[] out) {
        int across = e.outWidth() / 2;
        int perImage = tilesOf(e);
        for (int t = 0; t < count; t++) {
            int row = (firstImage + t / perImage) * e.outHeight() + t % perImage / across * 2;
            kernels.winogradOutput(
                    sums,
                    t * columns,
                    count * columns,
                    columns,
                    out,
                    (row * e.outWidth() + t % across * 2) * columns,
                    e.outWidth() * columns,
                    columns);
        }
    }

    /** The kernels of all phases, transformed: nine factors of (phase, channel) × output channels. */
    private Panels[] forwardPanels(float[] weight, Convolution.Extents e) {
        int channels = e.channels();
        int[] sizes = new int[PRODUCTS + 1];
        Arrays.fill(sizes, 0, PRODUCTS, PHASES * channels);
        sizes[PRODUCTS] = KERNEL * KERNEL * channels;
        Panels[] panels = Panels.several(tiles, sizes, e.outChannels());
        Panels plain = panels[PRODUCTS];
        pool.split(plain.count(), weight.length, WORTH_SHARING, (from, to) -> {
            for (int panel = from; panel < to; panel++) {
                plain.pack(panel, weight, 0, e.outChannels());
                int block = channels * plain.tile(panel).width();
                int step = panels[1].place(panel) - panels[0].place(panel);
                for (int phase = 0; phase < PHASES; phase++) {
                    int first = plain.place(panel) + (phase / 2 * KERNEL + phase % 2) * block;
                    kernels.winogradKernel(
                            plain.values(),
                            first,
                            2 * KERNEL * block,
                            2 * block,
                            block,
                            panels[0].values(),
                            panels[0].place(panel) + phase * block,
                            step);
                }
            }
        });
        return Arrays.copyOf(panels, PRODUCTS);
    }

    void transpose(float[] out, float[] weight, float[] bias, ConvGeometry g, Convolution.Extents e, float[] image) {
        Phase[] phases = Phase.of(g, e);
        int inner = e.outChannels();
        Panels[][] panels = transposedPanels(weight, phases, e);
        for (Panels[] ofPhase : panels) {
            ofPhase[CENTRE].bias(bias);
        }
        Padding padding = Padding.forWindows(phases, e);
        int group = groupOf(e);
        RowProduct product = RowProduct.ofMatrix(inner);
        int across = e.outWidth() / 2;
        int perImage = tilesOf(e);
        int channels = e.channels();
        pool.split(Convolution.ceilDiv(e.batch(), group), Long.MAX_VALUE, 0, (fromGroup, toGroup) -> {
            for (int first = fromGroup * group; first < Math.min(e.batch(), toGroup * group); first += group) {
                int images = Math.min(group, e.batch() - first);
                int count = images * perImage;
                float[] padded = padding.copy(out, first, first + images);
                float[] windows = Scratch.own().floats(Scratch.Use.TRANSFORMED, PRODUCTS * count * inner);
                for (int i = 0; i < PHASES; i++) {
                    Phase phase = phases[i];
                    int top = padding.above() + phase.firstY();
                    int left = padding.left() + phase.firstX();
                    for (int t = 0; t < count; t++) {
                        int y = top + t % perImage / across * 2;
                        int x = left + t % across * 2;
                        kernels.winogradWindow(
                                padded,
                                padding.place(t / perImage, y, x),
                                padding.rowFloats(),
                                inner,
                                inner,
                                windows,
                                t * inner,
                                count * inner);
                    }
                    float[] sums = products(product, windows, count, panels[i]);
                    for (int t = 0; t < count; t++) {
                        int row = (first + t / perImage) * e.height() + phase.y() + t % perImage / across * 2 * STRIDE;
                        kernels.winogradOutput(
                                sums,
                                t * channels,
                                count * channels,
                                channels,
                                image,
                                (row * e.width() + phase.x() + t % across * 2 * STRIDE) * channels,
                                STRIDE * e.width() * channels,
                                STRIDE * channels);
                    }
                }
            }
        });
    }

    /** For each phase of the image nine factors of output channels × channels. */
    private Panels[][] transposedPanels(float[] weight, Phase[] phases, Convolution.Extents e) {
        int inner = e.outChannels();
        int[] sizes = new int[PRODUCTS * PHASES + PHASES];
        Arrays.fill(sizes, 0, PRODUCTS * PHASES, inner);
        Arrays.fill(sizes, PRODUCTS * PHASES, sizes.length, PHASES * inner);
        Panels[] panels = Panels.several(tiles, sizes, e.channels());
        int count = panels[0].count();
        pool.split(PHASES * count, weight.length, WORTH_SHARING, (from, to) -> {
            for (int at = from; at < to; at++) {
                int phase = at / count;
                int panel = at % count;
                Panels plain = panels[PRODUCTS * PHASES + phase];
                phases[phase].pack(weight, plain, panel);
                Panels first = panels[phase * PRODUCTS];
                int block = inner * plain.tile(panel).width();
                kernels.winogradKernel(
                        plain.values(),
                        plain.place(panel),
                        2 * block,
                        block,
                        block,
                        first.values(),
                        first.place(panel),
                        panels[phase * PRODUCTS + 1].place(panel) - first.place(panel));
            }
        });
        Panels[][] ofPhases = new Panels[PHASES][];
        for (int i = 0; i < PHASES; i++) {
            ofPhases[i] = Arrays.copyOfRange(panels, i * PRODUCTS, (i + 1) * PRODUCTS);
        }
        return ofPhases;
    }

    void weightGradient(
            float[] image, float[] out, ConvGeometry g, Convolution.Extents e, boolean add, float[] dWeight) {
        int inner = PHASES * e.channels();
        int columns = e.outChannels();
        int perImage = tilesOf(e);
        int across = e.outWidth() / 2;
        Padding padding = Padding.around(e.height(), e.width(), e.channels(), g.padHeight(), g.padWidth());
        int floats = perImage * PRODUCTS * (inner + columns);
        int group = Math.max(1, Math.min(e.batch(), GRADIENT_GROUP_FLOATS / floats));
        // the step between runs is that of a whole group, also for the last one, which may be smaller
        int step = group * perImage * inner;
        ColumnProduct product = new ColumnProduct(pool, PRODUCTS, inner, step);
        int[] sizes = new int[PRODUCTS];
        Panels[] spread = null;
        for (int start = 0; start < e.batch(); start += group) {
            int first = start;
            int images = Math.min(group, e.batch() - first);
            int count = images * perImage;
            Arrays.fill(sizes, count);
            Panels[] panels = Panels.several(tiles, sizes, columns);
            float[] padded = padding.space(images);
            float[] windows = Scratch.own().floats(Scratch.Use.TRANSFORMED, PRODUCTS * step);
            pool.split(images, (long) images * floats, WORTH_SHARING, (from, to) -> {
                padding.copy(image, first, from, to, padded);
                phaseWindows(padded, padding, e, from * perImage, to * perImage, group * perImage, windows);
                for (int panel = 0; panel < panels[0].count(); panel++) {
                    int width = panels[0].tile(panel).width();
                    int setStep = panels[1].place(panel) - panels[0].place(panel);
                    for (int t = from * perImage; t < to * perImage; t++) {
                        int row = (first + t / perImage) * e.outHeight() + t % perImage / across * 2;
                        kernels.winogradKernel(
                                out,
                                (row * e.outWidth() + t % across * 2) * columns + panels[0].column(panel),
                                e.outWidth() * columns,
                                columns,
                                width,
                                panels[0].values(),
                                panels[0].place(panel) + t * width,
                                setStep);
                    }
                }
            });
            int[] places = Scratch.own().ints(Scratch.Use.LEFT_PLACES, Math.max(count, RowProduct.BLOCK));
            RowProduct.rowsOf(inner).write(0, count, places);
            product.add(windows, places, panels);
            spread = panels;
        }
        finish(product, spread[0], e, add, dWeight);
    }

    private void finish(ColumnProduct product, Panels panels, Convolution.Extents e, boolean add, float[] dWeight) {
        int channels = e.channels();
        int columns = e.outChannels();
        int kernelStep = channels * columns;
        pool.split(PHASES * channels, dWeight.length, WORTH_SHARING, (from, to) -> {
            float[] four = Scratch.own().floats(Scratch.Use.SPREAD, 4 * columns);
            for (int row = from; row < to; row++) {
                int phase = row / channels;
                int target = (phase / 2 * KERNEL + phase % 2) * kernelStep + row % channels * columns;
                for (int panel = 0; panel < panels.count(); panel++) {
                    int width = panels.width(panel);
                    kernels.winogradOutput(
                            product.sums(),
                            product.place(panels, panel, row),
                            product.runStep(panels, panel),
                            width,
                            four,
                            panels.column(panel),
                            2 * columns,
                            columns);
                }
                for (int i = 0; i < 4; i++) {
                    int to4 = target + (i / 2 * 2 * KERNEL + i % 2 * 2) * kernelStep;
                    if (add) {
                        for (int j = 0; j < columns; j++) {
                            dWeight[to4 + j] += four[i * columns + j];
                        }
                    } else {
                        System.arraycopy(four, i * columns, dWeight, to4, columns);
                    }
                }
            }
        });
    }
}
