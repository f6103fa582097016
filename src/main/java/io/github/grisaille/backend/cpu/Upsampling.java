package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Extents;
import java.util.Arrays;

/**
 * Upsampling of NHWC images by whole factors: to the nearest pixel, or bilinear. The small image has the extents of the
 * image, and the large one those of the output. A task works on whole rows of what it writes.
 */
final class Upsampling {
    private static final long WORTH_SHARING = 20_000;

    private final WorkerPool pool;

    Upsampling(WorkerPool pool) {
        this.pool = pool;
    }

    void nearest(float[] x, Extents e, float[] y) {
        int channels = e.channels();
        int down = e.outHeight() / e.height();
        int across = e.outWidth() / e.width();
        int rowFloats = e.outWidth() * channels;
        pool.split(e.batch() * e.height(), (long) y.length, WORTH_SHARING, (from, to) -> {
            for (int row = from; row < to; row++) {
                int first = row * down * rowFloats;
                for (int outX = 0; outX < e.outWidth(); outX++) {
                    int at = (row * e.width() + outX / across) * channels;
                    System.arraycopy(x, at, y, first + outX * channels, channels);
                }
                for (int copy = 1; copy < down; copy++) {
                    System.arraycopy(y, first, y, first + copy * rowFloats, rowFloats);
                }
            }
        });
    }

    void nearestGradient(float[] dy, Extents e, float[] dx) {
        int channels = e.channels();
        int down = e.outHeight() / e.height();
        int across = e.outWidth() / e.width();
        int rowFloats = e.outWidth() * channels;
        pool.split(e.batch() * e.height(), (long) dy.length, WORTH_SHARING, (from, to) -> {
            Arrays.fill(dx, from * e.width() * channels, to * e.width() * channels, 0);
            for (int row = from * down; row < to * down; row++) {
                for (int outX = 0; outX < e.outWidth(); outX++) {
                    int at = (row / down * e.width() + outX / across) * channels;
                    for (int c = 0; c < channels; c++) {
                        dx[at + c] += dy[row * rowFloats + outX * channels + c];
                    }
                }
            }
        });
    }

    void bilinear(float[] x, Extents e, boolean alignCorners, float[] y) {
        BilinearAxis rows = new BilinearAxis(e.height(), e.outHeight(), alignCorners);
        BilinearAxis columns = new BilinearAxis(e.width(), e.outWidth(), alignCorners);
        int channels = e.channels();
        pool.split(e.batch() * e.outHeight(), 4L * y.length, WORTH_SHARING, (from, to) -> {
            for (int row = from; row < to; row++) {
                int image = row / e.outHeight() * e.imageFloats();
                int outY = row % e.outHeight();
                int above = image + rows.first(outY) * e.width() * channels;
                int below = image + rows.second(outY) * e.width() * channels;
                float low = rows.share(outY);
                for (int outX = 0; outX < e.outWidth(); outX++) {
                    int left = columns.first(outX) * channels;
                    int right = columns.second(outX) * channels;
                    float share = columns.share(outX);
                    int at = (row * e.outWidth() + outX) * channels;
                    for (int c = 0; c < channels; c++) {
                        float upper = (1 - share) * x[above + left + c] + share * x[above + right + c];
                        float lower = (1 - share) * x[below + left + c] + share * x[below + right + c];
                        y[at + c] = (1 - low) * upper + low * lower;
                    }
                }
            }
        });
    }

    void bilinearGradient(float[] dy, Extents e, boolean alignCorners, float[] dx) {
        BilinearAxis rows = new BilinearAxis(e.height(), e.outHeight(), alignCorners);
        BilinearAxis columns = new BilinearAxis(e.width(), e.outWidth(), alignCorners);
        int rowFloats = e.width() * e.channels();
        pool.split(e.batch() * e.height(), 8L * dy.length, WORTH_SHARING, (from, to) -> {
            float[] sums = Scratch.own().floats(Scratch.Use.SUMS, rowFloats);
            for (int row = from; row < to; row++) {
                int n = row / e.height();
                int y = row % e.height();
                Arrays.fill(dx, row * rowFloats, (row + 1) * rowFloats, 0);
                for (int outY = rows.from(y); outY < rows.to(y); outY++) {
                    sumAcross(dy, (n * e.outHeight() + outY) * e.outWidth() * e.channels(), columns, e, sums);
                    float share = rows.share(outY, y);
                    for (int i = 0; i < rowFloats; i++) {
                        dx[row * rowFloats + i] += share * sums[i];
                    }
                }
            }
        });
    }

    /** The sums that one row of the large image gives to the pixels of a row of the small image. */
    private static void sumAcross(float[] dy, int row, BilinearAxis columns, Extents e, float[] sums) {
        int channels = e.channels();
        Arrays.fill(sums, 0, e.width() * channels, 0);
        for (int outX = 0; outX < e.outWidth(); outX++) {
            int first = columns.first(outX) * channels;
            int second = columns.second(outX) * channels;
            float share = columns.share(outX);
            for (int c = 0; c < channels; c++) {
                float slope = dy[row + outX * channels + c];
                sums[first + c] += (1 - share) * slope;
                sums[second + c] += share * slope;
            }
        }
    }
}
