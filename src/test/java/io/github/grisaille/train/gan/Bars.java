package io.github.grisaille.train.gan;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;

/**
 * Small pictures of three classes, 8×8×1, from −1 (dark) to 1 (bright): a bright row, a bright column, or a bright frame.
 * The place of the row and of the column is random, and all pixels have a little noise.
 */
final class Bars {
    static final int CLASSES = 3;

    private static final int SIDE = 8;
    private static final int PIXELS = SIDE * SIDE;

    private Bars() {}

    /** The classes take turns. */
    static int[] labels(int count) {
        int[] labels = new int[count];
        Arrays.setAll(labels, i -> i % CLASSES);
        return labels;
    }

    static Dataset pictures(int count) {
        RandomStream random = new RandomStream(1, 3);
        float[] values = Samples.normal(2, count, PIXELS).toArray();
        for (int i = 0; i < count; i++) {
            float[] clean = picture(i % CLASSES, random.nextInt(SIDE));
            for (int p = 0; p < PIXELS; p++) {
                values[i * PIXELS + p] = Math.max(-1, Math.min(1, clean[p] + 0.05f * values[i * PIXELS + p]));
            }
        }
        return new ArrayDataset(values, SIDE, SIDE, 1);
    }

    private static float[] picture(int label, int place) {
        float[] picture = new float[PIXELS];
        for (int row = 0; row < SIDE; row++) {
            for (int column = 0; column < SIDE; column++) {
                boolean bright = switch (label) {
                    case 0 -> row == place;
                    case 1 -> column == place;
                    default -> row % (SIDE - 1) == 0 || column % (SIDE - 1) == 0;
                };
                picture[row * SIDE + column] = bright ? 1 : -1;
            }
        }
        return picture;
    }

    /** The share of these pictures whose nearest clean picture has the label that was asked for. */
    static double share(Tensor pictures, int... asked) {
        float[] values = pictures.toArray();
        int right = 0;
        for (int i = 0; i < asked.length; i++) {
            float[] picture = Arrays.copyOfRange(values, i * PIXELS, (i + 1) * PIXELS);
            right += nearest(picture) == asked[i] ? 1 : 0;
        }
        return right / (double) asked.length;
    }

    private static int nearest(float[] picture) {
        double least = Double.POSITIVE_INFINITY;
        int nearest = -1;
        for (int label = 0; label < CLASSES; label++) {
            for (int place = 0; place < SIDE; place++) {
                double distance = distance(picture, picture(label, place));
                if (distance < least) {
                    least = distance;
                    nearest = label;
                }
            }
        }
        return nearest;
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int p = 0; p < PIXELS; p++) {
            sum += (a[p] - b[p]) * (a[p] - b[p]);
        }
        return sum;
    }
}
