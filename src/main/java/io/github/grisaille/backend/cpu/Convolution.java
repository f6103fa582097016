package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.Arrays;
import java.util.List;

/**
 * Convolutions over NHWC images, as matrix products whose left factor is read straight from the image. Once an image
 * has its zeros around it, a kernel row of a patch is one run of memory. So no im2col array exists.
 *
 * <p>Images are taken in groups. A group with its zeros is small enough to stay in a cache.
 *
 * <p>{@link Winograd} computes the shapes that suit it. All other shapes are computed here.
 */
final class Convolution {
    private static final int GROUP_FLOATS = 1 << 17;
    private static final int GRADIENT_GROUP_FLOATS = 1 << 20;
    private static final long WORTH_SHARING = 300_000;
    /** The number of groups for each thread. With several, a thread that is held up does not hold up the others. */
    private static final int SHARES = 4;

    private static final long WORTH_SHARING_COPIES = 60_000;

    /** Images with fewer channels than this are made by stamping. Otherwise their tiles would be mostly empty. */
    private static final int FEW_CHANNELS = 12;

    /** Work on the images from … to − 1 and on some panels of the weights. */
    private interface GroupTask {
        void run(int from, int to, int fromPanel, int toPanel);
    }

    private final WorkerPool pool;
    private final RowTile[] rowTiles;
    private final ColumnTile[] columnTiles;
    private final List<Winograd> winograds;

    Convolution(WorkerPool pool, InnerLoops loops) {
        this.pool = pool;
        this.rowTiles = loops.rowTiles();
        this.columnTiles = loops.columnTiles();
        this.winograds = Winograd.all(pool, loops);
    }

    /** The Winograd convolution that suits best, or null if none does. */
    private Winograd winograd(ConvGeometry g, Extents e) {
        for (Winograd winograd : winograds) {
            if (winograd.suits(g, e)) {
                return winograd;
            }
        }
        return null;
    }

    void forward(float[] image, float[] weight, EpilogueLoop epilogue, ConvGeometry g, Extents e, float[] out) {
        Winograd winograd = winograd(g, e);
        if (winograd != null) {
            winograd.forward(image, weight, epilogue, g, e, out);
        } else {
            direct(image, weight, epilogue, g, e, out);
        }
    }

    /** The direct convolution. It takes every shape, and is the reference for {@link Winograd}. */
    void direct(float[] image, float[] weight, EpilogueLoop epilogue, ConvGeometry g, Extents e, float[] out) {
        Panels<RowTile> panels =
                new Panels<>(rowTiles, g.kernelHeight() * g.kernelWidth() * e.channels(), e.outChannels());
        panels.epilogue(epilogue);
        packRows(panels, weight);
        Padding padding = Padding.around(e.height(), e.width(), e.channels(), g.padHeight(), g.padWidth());
        RowProduct product = new RowProduct(g.kernelHeight(), g.kernelWidth() * e.channels(), padding.rowFloats());
        RowProduct.Places windows = padding.windows(e.outHeight(), e.outWidth(), g.strideHeight(), g.strideWidth());
        RowProduct.Places pixels = RowProduct.rowsOf(e.outChannels());
        long work = (long) e.batch() * e.outPixels() * e.outChannels() * product.inner();
        groups(e.batch(), padding.paddedFloats(), panels.count(), work, (from, to, fromPanel, toPanel) -> {
            float[] padded = padding.copy(image, from, to);
            int firstOut = from * e.outPixels() * e.outChannels();
            product.multiply(
                    padded,
                    windows,
                    0,
                    0,
                    (to - from) * e.outPixels(),
                    panels,
                    fromPanel,
                    toPanel,
                    false,
                    out,
                    pixels,
                    firstOut);
        });
    }

    /** The transposed convolution: it makes the image from the output. */
    void transpose(float[] out, float[] weight, EpilogueLoop epilogue, ConvGeometry g, Extents e, float[] image) {
        Winograd winograd = winograd(g, e);
        if (e.channels() < FEW_CHANNELS) {
            stamp(out, weight, epilogue, g, e, image);
        } else if (winograd != null) {
            winograd.transpose(out, weight, epilogue, g, e, image);
        } else {
            transposeByPhases(out, weight, epilogue, g, e, image);
        }
    }

    /**
     * The transposed convolution as one convolution for each phase. The pixels whose row and column leave the same
     * remainders after division by the stride are one phase. They see the same kernel taps. So no inserted zero is
     * multiplied.
     */
    void transposeByPhases(
            float[] out, float[] weight, EpilogueLoop epilogue, ConvGeometry g, Extents e, float[] image) {
        Phase[] phases = Phase.of(g, e);
        int sets = phases.length;
        int[] inner = Arrays.stream(phases).mapToInt(Phase::inner).toArray();
        List<Panels<RowTile>> panels = Panels.several(rowTiles, inner, e.channels());
        for (Panels<RowTile> set : panels) {
            set.epilogue(epilogue);
        }
        int count = panels.get(0).count();
        pool.split(sets * count, (long) weight.length, WORTH_SHARING_COPIES, (from, to) -> {
            for (int at = from; at < to; at++) {
                phases[at / count].pack(weight, panels.get(at / count), at % count);
            }
        });
        Padding padding = Padding.forWindows(phases, e);
        long work = (long) e.batch() * e.outPixels() * e.outChannels() * weight.length / e.outChannels();
        groups(e.batch(), padding.paddedFloats(), count, work, (from, to, fromPanel, toPanel) -> {
            float[] padded = padding.copy(out, from, to);
            for (int i = 0; i < sets; i++) {
                Phase phase = phases[i];
                int start = padding.offset(padding.above() + phase.firstY(), padding.left() + phase.firstX());
                phase.product(padding.rowFloats())
                        .multiply(
                                padded,
                                padding.windows(phase.rows(), phase.columns(), 1, 1),
                                start,
                                0,
                                (to - from) * phase.rows() * phase.columns(),
                                panels.get(i),
                                fromPanel,
                                toPanel,
                                false,
                                image,
                                phase.places(from),
                                0);
            }
        });
    }

    /**
     * The transposed convolution of an image with few channels. One product makes a patch from each pixel of out, with
     * all kernel taps. The patches are then added up in the image.
     */
    private void stamp(float[] out, float[] weight, EpilogueLoop epilogue, ConvGeometry g, Extents e, float[] image) {
        int patch = g.kernelHeight() * g.kernelWidth() * e.channels();
        Panels<RowTile> panels = new Panels<>(rowTiles, e.outChannels(), patch);
        for (int panel = 0; panel < panels.count(); panel++) {
            panels.packTransposed(panel, weight, 0, e.outChannels(), 0, e.outChannels());
        }
        Padding padding = Padding.covering(g, e);
        RowProduct product = RowProduct.ofMatrix(e.outChannels());
        long work = (long) e.batch() * e.outPixels() * e.outChannels() * patch;
        int rowFloats = g.kernelWidth() * e.channels();
        RowProduct.Places windows = padding.windows(e.outHeight(), e.outWidth(), g.strideHeight(), g.strideWidth());
        RowProduct.Places pixels = RowProduct.rowsOf(e.outChannels());
        RowProduct.Places patchRows = RowProduct.rowsOf(patch);
        pool.split(e.batch(), work, WORTH_SHARING, (from, to) -> {
            Scratch scratch = Scratch.own();
            float[] patches = scratch.floats(Scratch.Use.PRODUCT, RowProduct.BLOCK * patch);
            float[] padded = padding.space(1);
            int[] corners = scratch.ints(Scratch.Use.PRODUCT, RowProduct.BLOCK);
            for (int n = from; n < to; n++) {
                Arrays.fill(padded, Scratch.START, Scratch.START + padding.paddedFloats(), 0);
                for (int pixel = 0; pixel < e.outPixels(); pixel += RowProduct.BLOCK) {
                    int count = Math.min(RowProduct.BLOCK, e.outPixels() - pixel);
                    int first = (n * e.outPixels() + pixel) * e.outChannels();
                    product.multiply(
                            out, pixels, first, 0, count, panels, 0, panels.count(), false, patches, patchRows, 0);
                    windows.write(pixel, count, corners);
                    addPatches(patches, count, g.kernelHeight(), rowFloats, padded, corners, padding.rowFloats());
                }
                padding.crop(padded, n, image);
                epilogue.finish(image, n * e.imageFloats(), (n + 1) * e.imageFloats());
            }
        });
    }

    /**
     * Adds patches to an image, each from its corner on. A patch has some rows. The rows of the image are {@code step}
     * apart.
     */
    private static void addPatches(
            float[] patches, int count, int rows, int rowFloats, float[] padded, int[] corners, int step) {
        int at = 0;
        for (int i = 0; i < count; i++) {
            int target = corners[i];
            for (int row = 0; row < rows; row++, target += step) {
                for (int j = 0; j < rowFloats; j++) {
                    padded[target + j] += patches[at++];
                }
            }
        }
    }

    void weightGradient(float[] image, float[] out, ConvGeometry g, Extents e, boolean add, float[] dWeight) {
        Winograd winograd = winograd(g, e);
        if (winograd != null) {
            winograd.weightGradient(image, out, g, e, add, dWeight);
        } else {
            directWeightGradient(image, out, g, e, add, dWeight);
        }
    }

    void directWeightGradient(float[] image, float[] out, ConvGeometry g, Extents e, boolean add, float[] dWeight) {
        Padding padding = Padding.around(e.height(), e.width(), e.channels(), g.padHeight(), g.padWidth());
        int runFloats = g.kernelWidth() * e.channels();
        ColumnProduct product = new ColumnProduct(pool, g.kernelHeight(), runFloats, padding.rowFloats());
        int perImage = padding.paddedFloats() + e.outPixels() * e.outChannels();
        int group = Math.max(1, Math.min(e.batch(), GRADIENT_GROUP_FLOATS / perImage));
        RowProduct.Places windows = padding.windows(e.outHeight(), e.outWidth(), g.strideHeight(), g.strideWidth());
        Panels<ColumnTile> panels = null;
        for (int first = 0; first < e.batch(); first += group) {
            int from = first;
            int images = Math.min(group, e.batch() - first);
            int pixels = images * e.outPixels();
            Panels<ColumnTile> rows = new Panels<>(columnTiles, pixels, e.outChannels());
            float[] padded = padding.space(images);
            int[] places = Scratch.own().ints(Scratch.Use.LEFT_PLACES, Math.max(pixels, RowProduct.BLOCK));
            windows.write(0, pixels, places);
            pool.split(images, (long) images * perImage, WORTH_SHARING_COPIES, (fromImage, toImage) -> {
                padding.copy(image, from, fromImage, toImage, padded);
                for (int panel = 0; panel < rows.count(); panel++) {
                    rows.pack(
                            panel,
                            out,
                            (from + fromImage) * e.outPixels() * e.outChannels(),
                            e.outChannels(),
                            fromImage * e.outPixels(),
                            toImage * e.outPixels());
                }
            });
            product.add(padded, places, List.of(rows));
            panels = rows;
        }
        product.finish(panels, add, dWeight);
    }

    private void packRows(Panels<?> panels, float[] weight) {
        pool.split(panels.count(), weight.length, WORTH_SHARING_COPIES, (from, to) -> {
            for (int panel = from; panel < to; panel++) {
                panels.pack(panel, weight, 0, panels.columns());
            }
        });
    }

    /** Shares groups of images among the threads. If there are few groups, the panels are shared too. */
    private void groups(int batch, int imageFloats, int panels, long work, GroupTask task) {
        int shares = pool.threads() * SHARES;
        int group = Math.max(1, Math.min(Division.ceil(batch, shares), GROUP_FLOATS / imageFloats));
        int groups = Division.ceil(batch, group);
        int parts = groups >= shares ? 1 : panels;
        pool.split(groups * parts, work, WORTH_SHARING, (from, to) -> {
            for (int at = from; at < to; ) {
                int images = at / parts;
                int end = Math.min(to, (images + 1) * parts);
                int fromPanel = parts == 1 ? 0 : at % parts;
                int toPanel = parts == 1 ? panels : fromPanel + end - at;
                task.run(images * group, Math.min(batch, (images + 1) * group), fromPanel, toPanel);
                at = end;
            }
        });
    }
}
