package io.github.grisaille.train;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Sequential;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Texts that tell one setting of a training from another. Checkpoints hold them. A text of a data set contains numbers that
 * were computed, and another backend computes them with other last bits: compare such texts with {@link
 * io.github.grisaille.nn.Archive#alike} and {@link #TOLERANCE}.
 */
public final class Fingerprint {
    private static final int ITEMS = 16;
    private static final double GOLDEN_RATIO = 0.618033988749895;

    /** How far the sums of two data sets may differ, as a share of their size, and still mean the same data. */
    public static final double TOLERANCE = 1e-5;

    private Fingerprint() {}

    /** The layers of a network, and which of its parameters are frozen. Checkpoints compare shapes with the values. */
    public static String of(Sequential network) {
        String frozen = network.state().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Parameter p && p.frozen())
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        return layers(network) + (frozen.isEmpty() ? "" : "; frozen: " + frozen);
    }

    private static String layers(Sequential network) {
        return network.layers().stream().map(Fingerprint::layer).collect(Collectors.joining(", "));
    }

    private static String layer(Layer layer) {
        return layer instanceof Sequential inner ? "(" + layers(inner) + ")" : layer.name();
    }

    /** The number and shape of a data set's items, and sums over the values of some of them. */
    public static String of(Dataset data) {
        int count = Math.min(ITEMS, data.size());
        int[] chosen = IntStream.range(0, count)
                .map(i -> (int) ((long) i * (data.size() - 1) / Math.max(1, count - 1)))
                .toArray();
        return data.size() + " items of " + Arrays.toString(data.shape()) + ", " + sums(data.values(chosen));
    }

    /**
     * Two weighted sums: of the absolute values, and of the values above 0. Each value has its own weight. No term cancels
     * another, so values that differ in their last bits have nearly the same sums. Other values, or another order, have
     * other sums.
     */
    static String sums(float[] values) {
        double all = 0;
        double positive = 0;
        for (int i = 0; i < values.length; i++) {
            double weight = 0.5 + i * GOLDEN_RATIO % 1;
            all += weight * Math.abs(values[i]);
            positive += weight * Math.max(values[i], 0);
        }
        return "sums " + all + " and " + positive;
    }

    /** The name of an object's class. A lambda is called {@code a function}, since its name changes from run to run. */
    public static String kind(Object object) {
        return object.getClass().isHidden() ? "a function" : object.getClass().getSimpleName();
    }

    /** The {@link #kind} of each object, in their order. */
    public static String kinds(List<?> objects) {
        return objects.stream().map(Fingerprint::kind).collect(Collectors.joining(", "));
    }
}
