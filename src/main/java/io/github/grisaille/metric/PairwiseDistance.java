package io.github.grisaille.metric;

import io.github.grisaille.tensor.Tensor;

/** The diversity of a batch. A generator that always makes the same picture scores 0. */
public final class PairwiseDistance {
    private PairwiseDistance() {}

    /**
     * The mean Euclidean distance between two different items of a batch.
     *
     * @param items at least two items, along the first axis
     */
    public static double mean(Tensor items) {
        int count = items.axis(0);
        if (count < 2) {
            throw new IllegalArgumentException(
                    "a mean distance needs at least 2 items; got the shape " + items.shape());
        }
        Items.of(items.reshape(count, items.size() / count), "items");
        float[] values = items.toArray();
        int width = values.length / count;
        double sum = 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                sum += distance(values, i * width, j * width, width);
            }
        }
        return sum / (count * (count - 1.0) / 2);
    }

    private static double distance(float[] values, int a, int b, int width) {
        double squares = 0;
        for (int k = 0; k < width; k++) {
            double difference = values[a + k] - values[b + k];
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }
}
