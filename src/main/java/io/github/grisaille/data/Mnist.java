package io.github.grisaille.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The MNIST digits (LeCun, Cortes and Burges 1998; CC BY-SA 3.0), from inside this library's jar: gray images of 28×28
 * with the digit as label. Values are in [0, 1] unless {@linkplain ImageDataset#scaled scaled}.
 */
public final class Mnist {
    private Mnist() {}

    /** The 60,000 training digits. */
    public static ImageDataset train() {
        return read("train");
    }

    /** The 10,000 test digits. */
    public static ImageDataset test() {
        return read("t10k");
    }

    private static ImageDataset read(String part) {
        String images = part + "-images-idx3-ubyte.gz";
        String labels = part + "-labels-idx1-ubyte.gz";
        return IdxImages.join(resource(images), images, resource(labels), labels);
    }

    private static Idx resource(String name) {
        try (InputStream stream = Mnist.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is missing from grisaille's jar: build it again");
            }
            return Idx.read(stream, name);
        } catch (IOException failed) {
            throw new UncheckedIOException(name + " could not be read: " + failed.getMessage(), failed);
        }
    }
}
