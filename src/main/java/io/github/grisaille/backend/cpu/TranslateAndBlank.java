package io.github.grisaille.backend.cpu;

import java.util.Arrays;

/**
 * The loops of the primitives translate and blank: they move NHWC images within their frame, and blank boxes in them. A
 * task works on whole images, and only copies values or writes zeros.
 */
final class TranslateAndBlank {
    private static final long WORTH_SHARING = 60_000;

    private final WorkerPool pool;

    TranslateAndBlank(WorkerPool pool) {
        this.pool = pool;
    }

    void translate(float[] x, int[] down, int[] right, int height, int width, int channels, float[] y) {
        perImage(down.length, y.length, n -> {
            int firstColumn = Math.max(0, Math.min(width, right[n]));
            int endColumn = Math.max(firstColumn, Math.min(width, width + right[n]));
            for (int row = 0; row < height; row++) {
                int start = (n * height + row) * width;
                int from = row - down[n];
                boolean inside = from >= 0 && from < height;
                int first = inside ? firstColumn : width;
                int end = inside ? endColumn : width;
                Arrays.fill(y, start * channels, (start + first) * channels, 0);
                if (first < end) {
                    int source = (n * height + from) * width + first - right[n];
                    System.arraycopy(x, source * channels, y, (start + first) * channels, (end - first) * channels);
                }
                Arrays.fill(y, (start + end) * channels, (start + width) * channels, 0);
            }
        });
    }

    void blank(
            float[] x,
            int[] top,
            int[] left,
            int boxHeight,
            int boxWidth,
            int height,
            int width,
            int channels,
            float[] y) {
        perImage(top.length, y.length, n -> {
            int image = n * height * width;
            System.arraycopy(x, image * channels, y, image * channels, height * width * channels);
            int firstColumn = Math.max(0, Math.min(width, left[n]));
            int endColumn = Math.max(firstColumn, Math.min(width, left[n] + boxWidth));
            for (int row = Math.max(0, top[n]); row < Math.min(height, top[n] + boxHeight); row++) {
                int start = image + row * width;
                Arrays.fill(y, (start + firstColumn) * channels, (start + endColumn) * channels, 0);
            }
        });
    }

    private interface ImageTask {
        void run(int image);
    }

    private void perImage(int images, int values, ImageTask task) {
        pool.split(images, values, WORTH_SHARING, (from, to) -> {
            for (int n = from; n < to; n++) {
                task.run(n);
            }
        });
    }
}
