package io.github.grisaille.backend;

import io.github.grisaille.tensor.ConvGeometry;
import java.util.Arrays;

/**
 * Convolutions over NHWC images as matrix products: for a tile of pixels at a time, the patches they see are gathered
 * into a small buffer and multiplied by the weights. No array of all patches exists.
 */
final class Convolution {
    /** Floats in a tile's buffer: with the weights' rows in use, it stays in the second-level cache. */
    private static final int TILE_FLOATS = 32_768;

    private static final int LARGEST_TILE = 128;
    private static final int NARROW = 8;
    private static final long WORTH_SHARING = 50_000;

    /** The extents of a convolution: images of height × width × channels, outputs of outHeight × outWidth × outChannels. */
    record Extents(int batch, int height, int width, int channels, int outHeight, int outWidth, int outChannels) {}

    private final WorkerPool pool;

    Convolution(WorkerPool pool) {
        this.pool = pool;
    }

    void forward(float[] image, float[] weight, float[] bias, ConvGeometry g, Extents e, float[] out) {
        int inner = g.kernelHeight() * g.kernelWidth() * e.channels;
        int pixels = e.batch * e.outHeight * e.outWidth;
        int tile = tileOf(inner);
        float[] columns = e.outChannels < NARROW ? Gemm.transpose(weight, inner, e.outChannels) : null;
        share(pixels, tile, (long) inner * e.outChannels, (from, to) -> {
            float[] patches = new float[tile * inner];
            gatherPatches(image, g, e, from, to, patches);
            product(patches, inner, weight, columns, bias, out, from * e.outChannels, e.outChannels, to - from);
        });
    }

    /**
     * The transpose, image from out. Pixels whose position has the same remainder by the stride (a phase) see the same
     * kernel taps, so each phase is a dense product with its own taps' weights, and no inserted zero is multiplied.
     */
    void transpose(float[] out, float[] weight, float[] bias, ConvGeometry g, Extents e, float[] image) {
        int phases = g.strideHeight() * g.strideWidth();
        for (int phase = 0; phase < phases; phase++) {
            transposePhase(out, weight, bias, g, e, phase / g.strideWidth(), phase % g.strideWidth(), image);
        }
    }

    private void transposePhase(
            float[] out,
            float[] weight,
            float[] bias,
            ConvGeometry g,
            Extents e,
            int phaseY,
            int phaseX,
            float[] image) {
        int firstTapY = Math.floorMod(phaseY + g.padHeight(), g.strideHeight());
        int firstTapX = Math.floorMod(phaseX + g.padWidth(), g.strideWidth());
        int tapsY = Math.max(0, ceilDiv(g.kernelHeight() - firstTapY, g.strideHeight()));
        int tapsX = Math.max(0, ceilDiv(g.kernelWidth() - firstTapX, g.strideWidth()));
        int rows = Math.max(0, ceilDiv(e.height - phaseY, g.strideHeight()));
        int columns = Math.max(0, ceilDiv(e.width - phaseX, g.strideWidth()));
        int inner = tapsY * tapsX * e.outChannels;
        int pixels = e.batch * rows * columns;
        if (pixels == 0) {
            return;
        }
        float[] taps = phaseWeights(weight, g, e, firstTapY, firstTapX, tapsY, tapsX);
        float[] narrow = e.channels < NARROW ? Gemm.transpose(taps, inner, e.channels) : null;
        int tile = tileOf(Math.max(inner, 1));
        share(pixels, tile, (long) inner * e.channels, (from, to) -> {
            float[] patches = new float[(to - from) * inner];
            float[] result = new float[(to - from) * e.channels];
            for (int pixel = from; pixel < to; pixel++) {
                int n = pixel / (rows * columns);
                int y = phaseY + pixel / columns % rows * g.strideHeight();
                int x = phaseX + pixel % columns * g.strideWidth();
                int at = (pixel - from) * inner;
                for (int tapY = 0; tapY < tapsY; tapY++) {
                    int outY = (y + g.padHeight() - firstTapY) / g.strideHeight() - tapY;
                    for (int tapX = 0; tapX < tapsX; tapX++, at += e.outChannels) {
                        int outX = (x + g.padWidth() - firstTapX) / g.strideWidth() - tapX;
                        if (outY >= 0 && outY < e.outHeight && outX >= 0 && outX < e.outWidth) {
                            System.arraycopy(
                                    out,
                                    ((n * e.outHeight + outY) * e.outWidth + outX) * e.outChannels,
                                    patches,
                                    at,
                                    e.outChannels);
                        }
                    }
                }
            }
            product(patches, inner, taps, narrow, bias, result, 0, e.channels, to - from);
            for (int pixel = from; pixel < to; pixel++) {
                int n = pixel / (rows * columns);
                int y = phaseY + pixel / columns % rows * g.strideHeight();
                int x = phaseX + pixel % columns * g.strideWidth();
                System.arraycopy(
                        result,
                        (pixel - from) * e.channels,
                        image,
                        ((n * e.height + y) * e.width + x) * e.channels,
                        e.channels);
            }
        });
    }

    /** The weights of one phase's taps, each transposed to (output channels, image channels), in the order of the patches. */
    private static float[] phaseWeights(
            float[] weight, ConvGeometry g, Extents e, int firstTapY, int firstTapX, int tapsY, int tapsX) {
        float[] packed = new float[tapsY * tapsX * e.outChannels * e.channels];
        int at = 0;
        for (int tapY = 0; tapY < tapsY; tapY++) {
            int kernelY = firstTapY + tapY * g.strideHeight();
            for (int tapX = 0; tapX < tapsX; tapX++) {
                int kernelX = firstTapX + tapX * g.strideWidth();
                int block = (kernelY * g.kernelWidth() + kernelX) * e.channels * e.outChannels;
                for (int o = 0; o < e.outChannels; o++) {
                    for (int c = 0; c < e.channels; c++) {
                        packed[at++] = weight[block + c * e.outChannels + o];
                    }
                }
            }
        }
        return packed;
    }

    /** Each task owns some rows of the weight gradient and walks over all pixels in order. */
    void weightGradient(float[] image, float[] out, ConvGeometry g, Extents e, boolean add, float[] dWeight) {
        int inner = g.kernelHeight() * g.kernelWidth() * e.channels;
        int pixels = e.batch * e.outHeight * e.outWidth;
        int tile = tileOf(inner);
        boolean narrow = e.outChannels < NARROW;
        pool.split(inner, (long) pixels * inner * e.outChannels, WORTH_SHARING, (fromRow, toRow) -> {
            float[] patches = new float[tile * inner];
            for (int from = 0; from < pixels; from += tile) {
                int to = Math.min(pixels, from + tile);
                gatherPatches(image, g, e, from, to, patches);
                boolean addTile = add || from > 0;
                if (narrow) {
                    narrowOuterProducts(patches, inner, out, from, to, e.outChannels, addTile, dWeight, fromRow, toRow);
                } else {
                    Gemm.tile(
                            patches,
                            fromRow,
                            1,
                            inner,
                            from == 0 ? out : rowsOf(out, from, to, e.outChannels),
                            e.outChannels,
                            null,
                            addTile,
                            dWeight,
                            fromRow * e.outChannels,
                            e.outChannels,
                            toRow - fromRow,
                            0,
                            e.outChannels,
                            to - from);
                }
            }
        });
    }

    private static float[] rowsOf(float[] matrix, int from, int to, int columns) {
        return Arrays.copyOfRange(matrix, from * columns, to * columns);
    }

    /** With few output channels the loop along the patch is the long one. */
    private static void narrowOuterProducts(
            float[] patches,
            int inner,
            float[] out,
            int from,
            int to,
            int outChannels,
            boolean add,
            float[] dWeight,
            int fromRow,
            int toRow) {
        float[] sums = new float[toRow - fromRow];
        for (int o = 0; o < outChannels; o++) {
            Arrays.fill(sums, 0);
            for (int pixel = from; pixel < to; pixel++) {
                float factor = out[pixel * outChannels + o];
                int patch = (pixel - from) * inner + fromRow;
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += factor * patches[patch + i];
                }
            }
            for (int i = 0; i < sums.length; i++) {
                int at = (fromRow + i) * outChannels + o;
                dWeight[at] = add ? dWeight[at] + sums[i] : sums[i];
            }
        }
    }

    /** Rows {@code from} … {@code to − 1} of the (never stored) matrix of patches, one output pixel a row. */
    private static void gatherPatches(float[] image, ConvGeometry g, Extents e, int from, int to, float[] patches) {
        int at = 0;
        int rowFloats = g.kernelWidth() * e.channels;
        for (int pixel = from; pixel < to; pixel++) {
            int n = pixel / (e.outHeight * e.outWidth);
            int top = pixel / e.outWidth % e.outHeight * g.strideHeight() - g.padHeight();
            int left = pixel % e.outWidth * g.strideWidth() - g.padWidth();
            int first = Math.max(0, -left);
            int last = Math.min(g.kernelWidth(), e.width - left);
            for (int i = 0; i < g.kernelHeight(); i++, at += rowFloats) {
                int y = top + i;
                if (y < 0 || y >= e.height || first >= last) {
                    Arrays.fill(patches, at, at + rowFloats, 0);
                    continue;
                }
                Arrays.fill(patches, at, at + first * e.channels, 0);
                System.arraycopy(
                        image,
                        ((n * e.height + y) * e.width + left + first) * e.channels,
                        patches,
                        at + first * e.channels,
                        (last - first) * e.channels);
                Arrays.fill(patches, at + last * e.channels, at + rowFloats, 0);
            }
        }
    }

    private static void product(
            float[] patches,
            int inner,
            float[] weight,
            float[] columns,
            float[] bias,
            float[] out,
            int outOffset,
            int outChannels,
            int pixels) {
        if (columns == null) {
            Gemm.tile(
                    patches,
                    0,
                    inner,
                    1,
                    weight,
                    outChannels,
                    bias,
                    false,
                    out,
                    outOffset,
                    outChannels,
                    pixels,
                    0,
                    outChannels,
                    inner);
            return;
        }
        for (int i = 0; i < pixels; i++) {
            for (int o = 0; o < outChannels; o++) {
                out[outOffset + i * outChannels + o] =
                        (bias == null ? 0 : bias[o]) + Gemm.dot(patches, i * inner, 1, columns, o * inner, inner);
            }
        }
    }

    private void share(int pixels, int tile, long workPerPixel, WorkerPool.RangeTask task) {
        int tiles = ceilDiv(pixels, tile);
        pool.split(tiles, pixels * workPerPixel, WORTH_SHARING, (fromTile, toTile) -> {
            for (int t = fromTile; t < toTile; t++) {
                task.run(t * tile, Math.min(pixels, (t + 1) * tile));
            }
        });
    }

    private static int tileOf(int inner) {
        return Math.max(8, Math.min(LARGEST_TILE, TILE_FLOATS / inner));
    }

    static int ceilDiv(int a, int b) {
        return Math.floorDiv(a + b - 1, b);
    }
}
