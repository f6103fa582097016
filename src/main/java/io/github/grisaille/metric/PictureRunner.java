package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Runs a classifier over pictures, from −1 to 1, in batches, so that memory is bounded however many there are.
 *
 * @param what they are, for messages: "digits"
 * @param picture the shape of one
 * @param batch how many go through at a time
 */
record PictureRunner(String what, Shape picture, int batch) {
    private static final float ROUNDING = 1e-3f;

    /** What a network makes of each picture, one row after another. */
    float[] run(Sequential network, Dataset pictures, int width) {
        if (Items.width(pictures) != picture.size()) {
            throw new IllegalArgumentException("the classifier takes " + what + " of " + picture + " or "
                    + picture.size() + " values, and got items of " + Arrays.toString(pictures.shape()));
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
                throw new IllegalArgumentException("the classifier takes pixels from -1 (black) to 1 (white), and got "
                        + value + ": scale them, as scaled(-1, 1) does");
            }
        }
    }
}
