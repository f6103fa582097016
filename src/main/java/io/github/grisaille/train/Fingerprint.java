package io.github.grisaille.train;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Sequential;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Texts by which one setting of a training is told from another. They say what a setting is. Where they hold numbers that
 * were computed, as data can be, those of another backend have other last bits: {@link
 * io.github.grisaille.nn.Archive#alike} compares them.
 */
final class Fingerprint {
    private static final int ITEMS = 16;
    private static final double GOLDEN_RATIO = 0.618033988749895;
    /** How far sums over data may lie apart, as a share of their size, where other loops computed the data. */
    static final double TOLERANCE = 1e-5;

    private Fingerprint() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256, and this one has not", missing);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The layers, and what is frozen; shapes are compared with the values. */
    static String of(Sequential network) {
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

    /** The number and shape of the items, and sums over the values of some of them. */
    static String of(Dataset data) {
        int count = Math.min(ITEMS, data.size());
        int[] chosen = IntStream.range(0, count)
                .map(i -> (int) ((long) i * (data.size() - 1) / Math.max(1, count - 1)))
                .toArray();
        return data.size() + " items of " + Arrays.toString(data.shape()) + ", " + sums(data.values(chosen));
    }

    /**
     * Two sums, of the sizes of the values and of those above 0, each with a weight of its own. No term cancels another, so
     * that values with other last bits have nearly the same sums, and other values or another order have others.
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

    /** The name of an object's class; a function written as a lambda has none that lasts. */
    static String kind(Object object) {
        return object.getClass().isHidden() ? "a function" : object.getClass().getSimpleName();
    }

    static String kinds(List<?> objects) {
        return objects.stream().map(Fingerprint::kind).collect(Collectors.joining(", "));
    }
}
