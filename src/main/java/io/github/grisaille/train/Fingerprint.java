package io.github.grisaille.train;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.Loss;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Texts by which one setting of a training is told from another. Settings that are functions have no name; they are tried
 * out, and the text is a digest of what came out.
 */
final class Fingerprint {
    private static final int ITEMS = 16;
    private static final int LOGITS = 4096;
    private static final int SHOWN = 8;

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

    /** The number and shape of the items, and the values of some of them. */
    static String of(Dataset data) {
        int count = Math.min(ITEMS, data.size());
        int[] chosen = IntStream.range(0, count)
                .map(i -> (int) ((long) i * (data.size() - 1) / Math.max(1, count - 1)))
                .toArray();
        return data.size() + " items of " + Arrays.toString(data.shape()) + " " + digest(data.values(chosen));
    }

    static String of(Latent latent) {
        return latent.item() + " " + digest(latent.draw(ITEMS, 0).toArray());
    }

    static String of(GanLoss loss) {
        Backend backend = Backend.cpu();
        RandomStream random = new RandomStream(0, 0);
        Tensor logits = backend.empty(Shape.of(LOGITS, 1));
        backend.normal(random, 0, 2, logits);
        return digest(
                loss.onReal(logits, random, backend),
                loss.onFake(logits, random, backend),
                loss.onGenerated(logits, backend));
    }

    /**
     * What a loss says of predictions between 0 and 1.
     *
     * @param prediction the shape of a batch of predictions
     */
    static String of(Loss loss, Shape prediction, Tensor target) {
        Tensor values = Backend.cpu().empty(prediction);
        Backend.cpu().uniform(new RandomStream(0, 0), 0.05f, 0.95f, values);
        return digest(loss.evaluate(values, target));
    }

    /** The name of an object's class; a function written as a lambda has none that lasts. */
    static String kind(Object object) {
        return object.getClass().isHidden() ? "a function" : object.getClass().getSimpleName();
    }

    static String kinds(List<?> objects) {
        return objects.stream().map(Fingerprint::kind).collect(Collectors.joining(", "));
    }

    private static String digest(LossValue... results) {
        MessageDigest digest = sha256();
        for (LossValue result : results) {
            update(digest, result.value().toArray());
            update(digest, result.gradient().toArray());
        }
        return hex(digest).substring(0, SHOWN);
    }

    private static String digest(float[] values) {
        MessageDigest digest = sha256();
        update(digest, values);
        return hex(digest).substring(0, SHOWN);
    }

    private static void update(MessageDigest digest, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        digest.update(bytes);
    }
}
