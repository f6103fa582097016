package io.github.grisaille.train;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.nn.OutputRange;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Shape;
import java.util.Optional;

/**
 * Looks at the data once, before the first step. If they are in memory and not too many, it looks at all items; otherwise at
 * a part of them, spread evenly.
 */
final class DataCheck {
    /** Refuses values that a training cannot use. */
    interface Refusal {
        /**
         * @param columns the extent of the last axis
         */
        void check(float[] item, int columns);
    }

    /** All values of a data set in memory are read up to this many; MNIST has 47 million, which take about 0.1 seconds. */
    private static final long MANY = 1L << 26;
    /** The number of items that are read from a disk. */
    private static final int ON_DISK = 1000;

    private float low = Float.POSITIVE_INFINITY;
    private float high = Float.NEGATIVE_INFINITY;

    private DataCheck() {}

    /**
     * Looks at as many items as can be read quickly.
     *
     * @throws IllegalArgumentException from the refusal
     */
    static DataCheck of(Dataset data, Refusal refusal) {
        long affordable =
                data.onDisk() ? ON_DISK : MANY / Shape.of(data.shape()).size();
        return of(data, (int) Math.min(data.size(), Math.max(1, affordable)), refusal);
    }

    /** Looks at no more than 1000 items, and refuses none. */
    static DataCheck some(Dataset data) {
        return of(data, Math.min(data.size(), ON_DISK), (item, columns) -> {});
    }

    private static DataCheck of(Dataset data, int count, Refusal refusal) {
        Shape shape = Shape.of(data.shape());
        int columns = shape.rank() == 0 ? 1 : shape.axis(-1);
        float[] item = new float[shape.size()];
        DataCheck check = new DataCheck();
        for (int i = 0; i < count; i++) {
            int index = count == 1 ? 0 : (int) ((long) i * (data.size() - 1) / (count - 1));
            data.read(index, item, 0);
            refusal.check(item, columns);
            check.add(item);
        }
        return check;
    }

    private void add(float[] values) {
        float least = low;
        float greatest = high;
        for (float value : values) {
            if (value < least) {
                least = value;
            }
            if (value > greatest) {
                greatest = value;
            }
        }
        low = least;
        high = greatest;
    }

    /**
     * Why a network cannot give these values; empty if it can.
     *
     * @param what what the values are called, such as {@code targets}
     * @param name what the network is called
     */
    Optional<String> doubt(String what, String name, Sequential network) {
        OutputRange range = network.outputRange();
        return range.reaches(low, high)
                ? Optional.empty()
                : Optional.of(what + " lie from " + low + " to " + high + ", and " + name + " ends in " + range.by()
                        + ", whose outputs are " + range
                        + ": values outside are never reached; scale the data, or end in another activation");
    }
}
