package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Convolutions with fewer multiplications (Winograd 1980; Lavin and Gray 2016), by a {@link WinogradForm} F(m, r).
 *
 * <p>The outputs are cut into tiles of m × m values. A tile sees a window of n × n values of the image, where n = m + r
 * − 1. Windows and kernels of r × r are transformed into n² values each. Then n² matrix products sum over channels. At
 * last the outputs of a tile are made from its n² sums. The gradient for the image is a convolution too. The gradient
 * for the weights has the same form, with the roles of kernel and output exchanged.
 *
 * <p>With stride 2, a kernel of 2r × 2r is the sum of four convolutions of r × r with stride 1. There is one for each
 * phase of the image (its even or odd rows, its even or odd columns). One product over all phases and channels sums the
 * four.
 *
 * <p>A transform goes down the columns first. It does so for a whole row of tiles at once, because neighbouring windows
 * share this work. Then it goes along the rows.
 */
final class Winograd {
    /** With fewer channels, the products are too thin to pay for the transforms. */
    private static final int LEAST_CHANNELS = 32;

    /**
     * The number of tiles in a product. The weights come from a distant cache or from memory, and this many tiles make
     * that worth it.
     */
    private static final int GROUP_TILES = 96;

    /**
     * The least number of tiles in a product for the gradient of the weights. There are as many sums as transformed
     * weights, and this many tiles make it worth reading and writing them.
     */
    private static final int GRADIENT_TILES = 64;

    /**
     * Apart from the least number of tiles, a group has at most this many transformed values. Its windows and the
     * gradients of its outputs then stay in a cache.
     */
    private static final int GRADIENT_GROUP_FLOATS = 1 << 19;
    /** The number of values of a tap that are transformed at a time. */
    private static final int CHUNK = 512;

    private static final long WORTH_SHARING = 60_000;

    private final WorkerPool pool;
    private final RowTile[] rowTiles;
    private final ColumnTile[] columnTiles;
    private final WinogradTransforms transforms;
    private final int stride;
    private final int leastTiles;
    private final int m;
    private final int r;
    private final int n;
    private final int products;
    private final int phases;

    /**
     * @param stride the stride of the convolutions, whose kernels are stride · r wide
     * @param leastTiles the least number of tiles in a batch; with fewer, transforming the weights costs too much
     */
    private Winograd(WorkerPool pool, InnerLoops loops, WinogradForm form, int stride, int leastTiles) {
        this.pool = pool;
        this.rowTiles = loops.rowTiles();
        this.columnTiles = loops.columnTiles();
        this.transforms = loops.winograd(form);
        this.stride = stride;
        this.leastTiles = leastTiles;
        this.m = form.outputs();
        this.r = form.taps();
        this.n = form.points();
        this.products = n * n;
        this.phases = stride * stride;
    }

    /** For convolutions of 4×4 with stride 2, as in the DCGAN. This form needs the fewest products. */
    static Winograd largeTiles(WorkerPool pool, InnerLoops loops) {
        return new Winograd(pool, loops, WinogradForm.F4_2, 2, 2 * GROUP_TILES);
    }

    /** For the same convolutions of smaller images. */
    static Winograd smallTiles(WorkerPool pool, InnerLoops loops) {
        return new Winograd(pool, loops, WinogradForm.F2_2, 2, RowProduct.BLOCK);
    }

    /** For convolutions of 5×5 with stride 1. */
    static Winograd ofFive(WorkerPool pool, InnerLoops loops) {
        return new Winograd(pool, loops, WinogradForm.F2_5, 1, RowProduct.BLOCK);
    }

    /** All forms, the better ones first. */
    static List<Winograd> all(WorkerPool pool, InnerLoops loops) {
        return Stream.of(largeTiles(pool, loops), smallTiles(pool, loops), ofFive(pool, loops))
                .toList();
    }

    /** Whether this form can compute such a convolution, and is worth it. */
    boolean suits(ConvGeometry g, Extents e) {
        int unit = rowTiles[0].width();
        return g.kernelHeight() == stride * r
                && g.kernelWidth() == stride * r
                && g.strideHeight() == stride
                && g.strideWidth() == stride
                && e.outHeight() % m == 0
                && e.outWidth() % m == 0
                && e.height() % (stride * m) == 0
                && e.width() % (stride * m) == 0
                && e.channels() >= LEAST_CHANNELS
                && e.outChannels() >= LEAST_CHANNELS
                && e.channels() % unit == 0
                && e.outChannels() % unit == 0
                && e.batch() * e.outPixels() / (m * m) >= leastTiles;
    }

    /**
     * How the outputs of some images are cut into tiles.
     *
     * @param down the number of rows of tiles in an image
     * @param across the number of tiles in a row
     * @param padding the padded images from which the windows are read
     * @param step the distance between neighbouring values of a window, in pixels
     */
    private record Grid(int images, int down, int across, Padding padding, int step) {
        int perImage() {
            return down * across;
        }

        int count() {
            return images * perImage();
        }

        int rows() {
            return images * down;
        }
    }

    /** The number of images in a task. It is limited, so that there are enough tasks for all threads. */
    private int groupOf(Extents e, int tilesInImage) {
        return Math.min(Division.ceil(GROUP_TILES, tilesInImage), Division.ceil(e.batch(), 2 * pool.threads()));
    }

    void forward(float[] image, float[] weight, EpilogueLoop epilogue, ConvGeometry g, Extents e, float[] out) {
        int channels = e.channels();
        int inner = phases * channels;
        List<Panels<RowTile>> panels = forwardPanels(weight, e);
        Padding padding = Padding.around(e.height(), e.width(), channels, g.padHeight(), g.padWidth());
        int down = e.outHeight() / m;
        int across = e.outWidth() / m;
        int group = groupOf(e, down * across);
        pool.split(Division.ceil(e.batch(), group), Long.MAX_VALUE, 0, (fromGroup, toGroup) -> {
            for (int first = fromGroup * group; first < Math.min(e.batch(), toGroup * group); first += group) {
                Grid grid = new Grid(Math.min(group, e.batch() - first), down, across, padding, stride);
                float[] padded = padding.copy(image, first, first + grid.images);
                float[] tall = tall(grid, stride);
                for (int y = 0; y < stride; y++) {
                    windowsDown(grid, padded, 0, y, tall, y * n);
                }
                float[] windows = Scratch.own().aligned(Scratch.Use.TRANSFORMED, n * grid.count() * inner);
                float[] sums = Scratch.own().aligned(Scratch.Use.PRODUCT, products * grid.count() * e.outChannels());
                for (int i = 0; i < n; i++) {
                    for (int phase = 0; phase < phases; phase++) {
                        windowsAcross(
                                grid,
                                tall,
                                phase / stride * n + i,
                                phase % stride,
                                windows,
                                phase * channels,
                                inner,
                                grid.count() * inner);
                    }
                    multiply(windows, grid.count(), panels, i, sums);
                }
                collapse(grid, sums, epilogue, out, first * e.outHeight(), 0, e.outWidth(), 1, e.outChannels());
            }
        });
    }

    /** An array for the windows of some rows of phases, after the transform down the columns. */
    private float[] tall(Grid grid, int phaseRows) {
        return Scratch.own().aligned(Scratch.Use.TALL, phaseRows * n * grid.rows() * grid.padding.rowFloats());
    }

    /**
     * Transforms the windows of whole rows of tiles down the columns. The first window begins in row {@code top}. The
     * result is n sets of rows, from the set {@code firstSet} on.
     */
    private void windowsDown(Grid grid, float[] padded, int firstImage, int top, float[] tall, int firstSet) {
        int length = grid.padding.rowFloats();
        int set = grid.rows() * length;
        for (int row = 0; row < grid.rows(); row++) {
            int y = top + row % grid.down * m * grid.step;
            transforms.window(
                    padded,
                    grid.padding.place(firstImage + row / grid.down, y, 0),
                    grid.step * length,
                    0,
                    tall,
                    Scratch.START + firstSet * set + row * length,
                    set,
                    0,
                    1,
                    length);
        }
    }

    /**
     * Transforms one set of rows along the rows, from the column {@code left} on. The result is n matrices, which are
     * {@code matrixStep} apart.
     */
    private void windowsAcross(
            Grid grid, float[] tall, int set, int left, float[] windows, int to, int tileStep, int matrixStep) {
        int length = grid.padding.rowFloats();
        int channels = grid.padding.channels();
        for (int row = 0; row < grid.rows(); row++) {
            transforms.window(
                    tall,
                    Scratch.START + (set * grid.rows() + row) * length + left * channels,
                    grid.step * channels,
                    m * grid.step * channels,
                    windows,
                    Scratch.START + to + row * grid.across * tileStep,
                    matrixStep,
                    tileStep,
                    grid.across,
                    channels);
        }
    }

    /** Makes the n products of one row of the transformed windows. */
    private void multiply(float[] windows, int count, List<Panels<RowTile>> panels, int row, float[] sums) {
        int inner = panels.get(0).inner();
        int columns = panels.get(0).columns();
        RowProduct product = RowProduct.ofMatrix(inner);
        RowProduct.Places windowRows = RowProduct.rowsOf(inner);
        RowProduct.Places sumRows = RowProduct.rowsOf(columns);
        for (int j = 0; j < n; j++) {
            Panels<RowTile> factor = panels.get(row * n + j);
            product.multiply(
                    windows,
                    windowRows,
                    Scratch.START + j * count * inner,
                    0,
                    count,
                    factor,
                    0,
                    factor.count(),
                    false,
                    sums,
                    sumRows,
                    Scratch.START + (row * n + j) * count * columns);
        }
    }

    /**
     * Makes the outputs from the sums, and applies the epilogue to them. Neighbouring outputs are {@code spread} pixels apart, in rows of {@code width}
     * pixels. The first output is in row {@code top} and column {@code left}.
     */
    private void collapse(
            Grid grid,
            float[] sums,
            EpilogueLoop epilogue,
            float[] out,
            int top,
            int left,
            int width,
            int spread,
            int columns) {
        int first = Scratch.START;
        int length = grid.across * columns;
        int product = grid.count() * columns;
        float[] rows = Scratch.own().aligned(Scratch.Use.SPREAD, m * n * length);
        for (int row = 0; row < grid.rows(); row++) {
            transforms.output(
                    sums, first + row * length, n * product, product, rows, first, n * length, length, n, length);
            for (int i = 0; i < m; i++) {
                int y = top + (row * m + i) * spread;
                int to = (y * width + left) * columns;
                transforms.output(
                        rows,
                        first + i * n * length,
                        length,
                        columns,
                        out,
                        to,
                        spread * columns,
                        m * spread * columns,
                        grid.across,
                        columns);
                epilogue.finish(out, to, spread * columns, m * grid.across, 0, columns);
            }
        }
    }

    /** The transformed kernels of all phases: n² factors of (phase, channel) × output channels. */
    private List<Panels<RowTile>> forwardPanels(float[] weight, Extents e) {
        int channels = e.channels();
        int side = stride * r;
        int[] sizes = new int[products];
        Arrays.fill(sizes, phases * channels);
        List<Panels<RowTile>> panels = Panels.several(rowTiles, sizes, e.outChannels());
        Panels<RowTile> first = panels.get(0);
        int matrixStep = panels.get(1).place(0) - first.place(0);
        pool.split(first.count(), weight.length, WORTH_SHARING, (from, to) -> {
            for (int panel = from; panel < to; panel++) {
                for (int phase = 0; phase < phases; phase++) {
                    int tap = (phase / stride * side + phase % stride) * channels * e.outChannels();
                    int target = first.place(panel)
                            + phase * channels * first.tile(panel).width();
                    kernels(
                            weight,
                            tap + first.column(panel),
                            e,
                            first.tile(panel).width(),
                            first.values(),
                            target,
                            matrixStep);
                }
            }
        });
        return panels;
    }

    /**
     * Transforms the kernels of one phase for some output channels. The first tap is at {@code from}. The result has one
     * row of a panel for each channel.
     */
    private void kernels(float[] weight, int from, Extents e, int width, float[] panels, int to, int matrixStep) {
        int next = e.outChannels();
        int columnStep = stride * e.channels() * next;
        int rowStep = stride * r * columnStep;
        int together = CHUNK / width;
        float[] rows = Scratch.own().aligned(Scratch.Use.SPREAD, n * r * CHUNK);
        for (int channel = 0; channel < e.channels(); channel += together) {
            int count = Math.min(together, e.channels() - channel);
            for (int i = 0; i < r; i++) {
                transforms.kernel(
                        weight,
                        from + i * columnStep + channel * next,
                        rowStep,
                        next,
                        rows,
                        Scratch.START + i * CHUNK,
                        r * CHUNK,
                        width,
                        count,
                        width);
            }
            kernelsAcross(rows, panels, to + channel * width, matrixStep, count * width);
        }
    }

    /** Transforms kernels along the rows, after the transform down the columns. Each tap has {@code count} values. */
    private void kernelsAcross(float[] rows, float[] panels, int to, int matrixStep, int count) {
        transforms.kernel(rows, Scratch.START, CHUNK, r * CHUNK, panels, to, matrixStep, n * matrixStep, n, count);
    }

    /** Transforms kernels within one array. Each tap of them has {@code count} values. */
    private void packedKernels(float[] values, int from, int rowStep, int columnStep, int count, int to, int step) {
        float[] rows = Scratch.own().aligned(Scratch.Use.SPREAD, n * r * CHUNK);
        int first = Scratch.START;
        for (int at = 0; at < count; at += CHUNK) {
            int length = Math.min(CHUNK, count - at);
            transforms.kernel(values, from + at, rowStep, columnStep, rows, first, r * CHUNK, CHUNK, r, length);
            kernelsAcross(rows, values, to + at, step, length);
        }
    }

    void transpose(float[] out, float[] weight, EpilogueLoop epilogue, ConvGeometry g, Extents e, float[] image) {
        Phase[] ofImage = Phase.of(g, e);
        int inner = e.outChannels();
        List<List<Panels<RowTile>>> panels = transposedPanels(weight, ofImage, e);
        Padding padding = Padding.forWindows(ofImage, e);
        int down = e.height() / (stride * m);
        int across = e.width() / (stride * m);
        int group = groupOf(e, down * across);
        pool.split(Division.ceil(e.batch(), group), Long.MAX_VALUE, 0, (fromGroup, toGroup) -> {
            for (int first = fromGroup * group; first < Math.min(e.batch(), toGroup * group); first += group) {
                Grid grid = new Grid(Math.min(group, e.batch() - first), down, across, padding, 1);
                float[] padded = padding.copy(out, first, first + grid.images);
                float[] tall = tall(grid, 1);
                float[] windows = Scratch.own().aligned(Scratch.Use.TRANSFORMED, n * grid.count() * inner);
                float[] sums = Scratch.own().aligned(Scratch.Use.PRODUCT, products * grid.count() * e.channels());
                for (int k = 0; k < phases; k++) {
                    Phase phase = ofImage[k];
                    if (k % stride == 0) {
                        windowsDown(grid, padded, 0, padding.above() + phase.firstY(), tall, 0);
                    }
                    for (int i = 0; i < n; i++) {
                        int left = padding.left() + phase.firstX();
                        windowsAcross(grid, tall, i, left, windows, 0, inner, grid.count() * inner);
                        multiply(windows, grid.count(), panels.get(k), i, sums);
                    }
                    int top = first * e.height() + phase.y();
                    collapse(grid, sums, epilogue, image, top, phase.x(), e.width(), stride, e.channels());
                }
            }
        });
    }

    /** The transformed kernels for each phase of the image: n² factors of output channels × channels. */
    private List<List<Panels<RowTile>>> transposedPanels(float[] weight, Phase[] ofImage, Extents e) {
        int inner = e.outChannels();
        int[] sizes = new int[(products + 1) * phases];
        Arrays.fill(sizes, 0, products * phases, inner);
        Arrays.fill(sizes, products * phases, sizes.length, r * r * inner);
        List<Panels<RowTile>> panels = Panels.several(rowTiles, sizes, e.channels());
        int count = panels.get(0).count();
        pool.split(phases * count, weight.length, WORTH_SHARING, (from, to) -> {
            for (int at = from; at < to; at++) {
                int phase = at / count;
                int panel = at % count;
                Panels<RowTile> plain = panels.get(products * phases + phase);
                ofImage[phase].pack(weight, plain, panel);
                Panels<RowTile> first = panels.get(phase * products);
                int block = inner * plain.tile(panel).width();
                packedKernels(
                        plain.values(),
                        plain.place(panel),
                        r * block,
                        block,
                        block,
                        first.place(panel),
                        panels.get(phase * products + 1).place(panel) - first.place(panel));
            }
        });
        return IntStream.range(0, phases)
                .mapToObj(phase -> panels.subList(phase * products, (phase + 1) * products))
                .toList();
    }

    void weightGradient(float[] image, float[] out, ConvGeometry g, Extents e, boolean add, float[] dWeight) {
        int channels = e.channels();
        int inner = phases * channels;
        int columns = e.outChannels();
        int down = e.outHeight() / m;
        int across = e.outWidth() / m;
        Padding padding = Padding.around(e.height(), e.width(), channels, g.padHeight(), g.padWidth());
        int floats = down * across * products * (inner + columns);
        int group = Math.min(
                e.batch(), Math.max(Division.ceil(GRADIENT_TILES, down * across), GRADIENT_GROUP_FLOATS / floats));
        // runs are as far apart as in a full group, also in the last group, which may be smaller
        int step = group * down * across * inner;
        ColumnProduct product = new ColumnProduct(pool, products, inner, step);
        int[] sizes = new int[products];
        Panels<ColumnTile> spread = null;
        for (int start = 0; start < e.batch(); start += group) {
            int first = start;
            int images = Math.min(group, e.batch() - first);
            int count = images * down * across;
            Arrays.fill(sizes, count);
            List<Panels<ColumnTile>> panels = Panels.several(columnTiles, sizes, columns);
            float[] padded = padding.space(images);
            float[] windows = Scratch.own().aligned(Scratch.Use.TRANSFORMED, products * step);
            Grid grid = new Grid(1, down, across, padding, stride);
            // the windows of an image are one task and the gradients of its outputs another, because images may be few
            pool.split(2 * images, (long) images * floats, WORTH_SHARING, (from, to) -> {
                for (int part = from; part < to; part++) {
                    int at = part / 2;
                    if (part % 2 == 0) {
                        padding.copy(image, first, at, at + 1, padded);
                        windowsOfImage(grid, padded, at, windows, inner, step);
                    } else {
                        spreadGradient(out, first + at, e, panels, at * grid.perImage());
                    }
                }
            });
            int[] places = Scratch.own().ints(Scratch.Use.LEFT_PLACES, Math.max(count, RowProduct.BLOCK));
            for (int i = 0; i < count; i++) {
                places[i] = Scratch.START + i * inner;
            }
            product.add(windows, places, panels);
            spread = panels.get(0);
        }
        finish(product, spread, e, add, dWeight);
    }

    /**
     * Transforms the windows of one image. The result is n² matrices, which are {@code step} apart. They have one row
     * for each tile, which holds all phases.
     */
    private void windowsOfImage(Grid grid, float[] padded, int image, float[] windows, int inner, int step) {
        float[] tall = tall(grid, stride);
        for (int y = 0; y < stride; y++) {
            windowsDown(grid, padded, image, y, tall, y * n);
        }
        int first = image * grid.perImage() * inner;
        for (int i = 0; i < n; i++) {
            for (int phase = 0; phase < phases; phase++) {
                int target = i * n * step + first + phase * grid.padding.channels();
                windowsAcross(grid, tall, phase / stride * n + i, phase % stride, windows, target, inner, step);
            }
        }
    }

    /** Transforms the gradients of the outputs of one image. The result is one row of each panel for each tile. */
    private void spreadGradient(float[] out, int image, Extents e, List<Panels<ColumnTile>> panels, int firstTile) {
        int columns = e.outChannels();
        int length = e.outWidth() * columns;
        int across = e.outWidth() / m;
        float[] rows = Scratch.own().aligned(Scratch.Use.SPREAD, n * length);
        int step = panels.get(1).place(0) - panels.get(0).place(0);
        for (int row = 0; row < e.outHeight() / m; row++) {
            int from = (image * e.outHeight() + row * m) * length;
            transforms.outputGradient(out, from, length, 0, rows, Scratch.START, length, 0, 1, length);
            int tile = firstTile + row * across;
            for (int panel = 0; panel < panels.get(0).count(); panel++) {
                int width = panels.get(0).tile(panel).width();
                for (int i = 0; i < n; i++) {
                    transforms.outputGradient(
                            rows,
                            Scratch.START + i * length + panels.get(0).column(panel),
                            columns,
                            m * columns,
                            panels.get(i * n).values(),
                            panels.get(i * n).place(panel) + tile * width,
                            step,
                            width,
                            across,
                            width);
                }
            }
        }
    }

    /** Makes the gradients of the taps from the sums, for the rows of one tile at a time, and writes or adds them. */
    private void finish(ColumnProduct product, Panels<ColumnTile> panels, Extents e, boolean add, float[] dWeight) {
        int channels = e.channels();
        int columns = e.outChannels();
        int inner = phases * channels;
        pool.split(Division.ceil(inner, ColumnTile.ROWS), dWeight.length, WORTH_SHARING, (from, to) -> {
            for (int panel = 0; panel < panels.count(); panel++) {
                int width = panels.width(panel);
                int length = ColumnTile.ROWS * width;
                int run = product.runStep(panels, panel);
                float[] rows = Scratch.own().aligned(Scratch.Use.SPREAD, (n + r) * r * length);
                int sums = Scratch.START;
                int taps = sums + n * r * length;
                for (int tile = from; tile < to; tile++) {
                    int place = product.place(panels, panel, tile * ColumnTile.ROWS);
                    transforms.kernelGradient(
                            product.sums(), place, n * run, run, rows, sums, n * length, length, n, length);
                    transforms.kernelGradient(
                            rows, sums, length, n * length, rows, taps, length, r * length, r, length);
                    for (int i = 0; i < Math.min(ColumnTile.ROWS, inner - tile * ColumnTile.ROWS); i++) {
                        int row = tile * ColumnTile.ROWS + i;
                        int target = row % channels * columns + panels.column(panel);
                        writeTaps(rows, taps + i * width, length, row / channels, width, e, add, dWeight, target);
                    }
                }
            }
        });
    }

    /** Writes or adds the gradients of the taps of one phase, for one channel and some output channels. */
    private void writeTaps(
            float[] taps, int from, int step, int phase, int width, Extents e, boolean add, float[] dWeight, int to) {
        for (int i = 0; i < r * r; i++) {
            int y = i / r * stride + phase / stride;
            int x = i % r * stride + phase % stride;
            int at = from + i * step;
            int target = (y * stride * r + x) * e.channels() * e.outChannels() + to;
            if (add) {
                for (int j = 0; j < width; j++) {
                    dWeight[target + j] += taps[at + j];
                }
            } else {
                System.arraycopy(taps, at, dWeight, target, width);
            }
        }
    }
}
