package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.Arrays;

/** Pooling of NHWC images. A task works on whole images. */
final class Pooling {
    private static final long WORTH_SHARING = 20_000;

    private final WorkerPool pool;
    private final InnerLoops loops;

    Pooling(WorkerPool pool, InnerLoops loops) {
        this.pool = pool;
        this.loops = loops;
    }

    void max(float[] x, ConvGeometry w, Extents e, float[] y, float[] places) {
        int channels = e.channels();
        perImage(e, w, n -> {
            for (int outY = 0; outY < e.outHeight(); outY++) {
                for (int outX = 0; outX < e.outWidth(); outX++) {
                    int at = ((n * e.outHeight() + outY) * e.outWidth() + outX) * channels;
                    int top = Math.max(0, outY * w.strideHeight() - w.padHeight());
                    int left = Math.max(0, outX * w.strideWidth() - w.padWidth());
                    int bottom = Math.min(e.height(), outY * w.strideHeight() - w.padHeight() + w.kernelHeight());
                    int right = Math.min(e.width(), outX * w.strideWidth() - w.padWidth() + w.kernelWidth());
                    int first = top * e.width() + left;
                    System.arraycopy(x, (n * e.pixels() + first) * channels, y, at, channels);
                    Arrays.fill(places, at, at + channels, first);
                    for (int row = top; row < bottom; row++) {
                        for (int place = row * e.width() + left; place < row * e.width() + right; place++) {
                            loops.keepGreater(x, (n * e.pixels() + place) * channels, place, y, places, at, channels);
                        }
                    }
                }
            }
        });
    }

    void maxGradient(float[] dy, float[] places, ConvGeometry w, Extents e, float[] dx) {
        int channels = e.channels();
        perImage(e, w, n -> {
            int image = n * e.imageFloats();
            Arrays.fill(dx, image, image + e.imageFloats(), 0);
            for (int pixel = 0; pixel < e.outPixels(); pixel++) {
                int at = (n * e.outPixels() + pixel) * channels;
                forEachPixel(
                        w,
                        e,
                        pixel / e.outWidth(),
                        pixel % e.outWidth(),
                        place -> loops.addWhere(places, place, dy, at, dx, image + place * channels, channels));
            }
        });
    }

    void maxTangent(float[] dx, float[] places, ConvGeometry w, Extents e, float[] dy) {
        int channels = e.channels();
        perImage(e, w, n -> {
            int image = n * e.pixels() * channels;
            int at = n * e.outPixels() * channels;
            for (int pixel = 0; pixel < e.outPixels(); pixel++) {
                for (int c = 0; c < channels; c++, at++) {
                    dy[at] = dx[image + (int) places[at] * channels + c];
                }
            }
        });
    }

    void average(float[] x, ConvGeometry w, Extents e, float[] y) {
        float share = 1f / (w.kernelHeight() * w.kernelWidth());
        perImage(e, w, n -> {
            for (int outY = 0; outY < e.outHeight(); outY++) {
                for (int outX = 0; outX < e.outWidth(); outX++) {
                    int at = ((n * e.outHeight() + outY) * e.outWidth() + outX) * e.channels();
                    Arrays.fill(y, at, at + e.channels(), 0);
                    forEachPixel(w, e, outY, outX, place -> {
                        int from = (n * e.height() * e.width() + place) * e.channels();
                        for (int c = 0; c < e.channels(); c++) {
                            y[at + c] += x[from + c];
                        }
                    });
                    for (int c = 0; c < e.channels(); c++) {
                        y[at + c] *= share;
                    }
                }
            }
        });
    }

    void averageGradient(float[] dy, ConvGeometry w, Extents e, float[] dx) {
        float share = 1f / (w.kernelHeight() * w.kernelWidth());
        perImage(e, w, n -> {
            int image = n * e.height() * e.width() * e.channels();
            Arrays.fill(dx, image, image + e.height() * e.width() * e.channels(), 0);
            for (int outY = 0; outY < e.outHeight(); outY++) {
                for (int outX = 0; outX < e.outWidth(); outX++) {
                    int at = ((n * e.outHeight() + outY) * e.outWidth() + outX) * e.channels();
                    forEachPixel(w, e, outY, outX, place -> {
                        for (int c = 0; c < e.channels(); c++) {
                            dx[image + place * e.channels() + c] += share * dy[at + c];
                        }
                    });
                }
            }
        });
    }

    private interface ImageTask {
        void run(int image);
    }

    private interface PixelTask {
        void run(int place);
    }

    private void perImage(Extents e, ConvGeometry w, ImageTask task) {
        long work = (long) e.batch() * e.outHeight() * e.outWidth() * e.channels() * w.kernelHeight() * w.kernelWidth();
        pool.split(e.batch(), work, WORTH_SHARING, (from, to) -> {
            for (int n = from; n < to; n++) {
                task.run(n);
            }
        });
    }

    /** Runs a task for each pixel of one window that is inside the image, in reading order. */
    private static void forEachPixel(ConvGeometry w, Extents e, int outY, int outX, PixelTask task) {
        int top = outY * w.strideHeight() - w.padHeight();
        int left = outX * w.strideWidth() - w.padWidth();
        for (int y = Math.max(0, top); y < Math.min(e.height(), top + w.kernelHeight()); y++) {
            for (int x = Math.max(0, left); x < Math.min(e.width(), left + w.kernelWidth()); x++) {
                task.run(y * e.width() + x);
            }
        }
    }
}
