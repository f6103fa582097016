package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Runs a network over pictures with values from −1 to 1, in batches, so that the memory needed does not grow with their
 * number.
 *
 * @param what the name of the pictures in messages, such as "digits"
 * @param picture the shape of one picture
 * @param batch the batch size
 */
record PictureRunner(String what, Shape picture, int batch) {
    private static final float ROUNDING = 1e-3f;

    /** The network's output for each picture, one row after another. */
    float[] run(Sequential network, Dataset pictures, int width) {
        if (Items.width(pictures) != picture.size()) {
            throw new IllegalArgumentException("the classifier needs " + what + " of " + picture + " or "
                    + picture.size() + " values; got items of " + Arrays.toString(pictures.shape()));
        }
        float[] all = new float[Math.multiplyExact(pictures.size(), width)];
        for (int from = 0; from < pictures.size(); from += batch) {
            int to = Math.min(pictures.size(), from + batch);
            float[] values = pictures.values(IntStream.range(from, to).toArray());
            checkRange(values);
            Tensor given = Tensor.of(values, picture.batchOf(to - from).toArray());
            float[] made = network.predict(given).toArray();
            System.arraycopy(made, 0, all, from * width, made.length);
        }
        return all;
    }

    private static void checkRange(float[] values) {
        for (float value : values) {
            if (!(Math.abs(value) <= 1 + ROUNDING)) {
                throw new IllegalArgumentException("the classifier needs pixels from -1 (black) to 1 (white); got "
                        + value + ": scale them, as in scaled(-1, 1)");
            }
        }
    }
}
