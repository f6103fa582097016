package io.github.grisaille.train;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.nn.OutputRange;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Shape;
import java.util.Optional;

/**
 * Looks at data before the first step, once: at all items if they are in memory and not very many, and otherwise at some that
 * lie evenly among them.
 */
final class DataCheck {
    /** Refuses some values. */
    interface Refusal {
        /**
         * @param columns the extent of the last axis
         */
        void check(float[] item, int columns);
    }

    /** Values of a data set in memory that are all looked at, which takes about a tenth of a second; MNIST has 47 million. */
    private static final long MANY = 1L << 26;
    /** How many items are looked at where they lie on a disk. */
    private static final int ON_DISK = 1000;

    private float low = Float.POSITIVE_INFINITY;
    private float high = Float.NEGATIVE_INFINITY;

    private DataCheck() {}

    /**
     * Looks at as many items as is cheap.
     *
     * @throws IllegalArgumentException from the refusal
     */
    static DataCheck of(Dataset data, Refusal refusal) {
        long affordable =
                data.onDisk() ? ON_DISK : MANY / Shape.of(data.shape()).size();
        return of(data, (int) Math.min(data.size(), Math.max(1, affordable)), refusal);
    }

    /** Looks at no more than a thousand items, and refuses none. */
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
                        + ": what lies outside is never reached; scale the data, or end in"
                        + " another activation");
    }
}
