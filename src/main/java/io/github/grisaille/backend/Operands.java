package io.github.grisaille.backend;

import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Tensor;
import java.util.Objects;

/** What every backend asks of the tensors that a primitive is given, before it touches a value. */
public final class Operands {
    /** What a byte can be. */
    private static final int LEVELS = 256;

    private Operands() {}

    public static int[] grouped(String what, Tensor x, Tensor y) {
        if (x.shape().rank() != 3) {
            throw new IllegalArgumentException(what + " takes items×groups×width, and got " + x.shape());
        }
        sized(what, y, x.axis(0) * x.axis(1));
        return x.shape().toArray();
    }

    public static void sameSize(String what, Tensor first, Tensor... others) {
        for (Tensor other : others) {
            if (other.size() != first.size()) {
                throw new IllegalArgumentException(
                        what + " needs tensors of one size, and got " + first.shape() + " and " + other.shape());
            }
        }
    }

    public static void images(String what, Tensor x, Tensor y) {
        if (x.shape().rank() != 4 || !x.shape().equals(y.shape())) {
            throw new IllegalArgumentException(
                    what + " needs two tensors of images, batch×height×width×channels, of one" + " shape, and got "
                            + x.shape() + " and " + y.shape());
        }
    }

    public static void distinctImages(String what, Tensor x, Tensor y) {
        images(what, x, y);
        if (x.storage() == y.storage()) {
            throw new IllegalArgumentException(what + " does not work in place: give it another tensor to write");
        }
    }

    public static void onePerItem(String what, Tensor x, int[]... places) {
        for (int[] place : places) {
            if (place.length != x.axis(0)) {
                throw new IllegalArgumentException(
                        what + " needs a place for each of " + x.axis(0) + " images, and got " + place.length);
            }
        }
    }

    public static void sized(String what, Tensor tensor, int size) {
        if (tensor.size() != size) {
            throw new IllegalArgumentException(what + " needs " + size + " values, and got " + tensor.shape());
        }
    }

    /** The number of bytes in an item, after a check that all items are among the bytes, and as many as y has. */
    public static int itemBytes(String what, byte[] bytes, int[] items, float[] levels, Tensor y) {
        if (levels.length < LEVELS) {
            throw new IllegalArgumentException(what + " needs " + LEVELS + " levels, and got " + levels.length);
        }
        if (items.length != y.axis(0)) {
            throw new IllegalArgumentException(what + " got " + items.length + " items for a tensor of " + y.shape());
        }
        int width = y.size() / items.length;
        for (int item : items) {
            Objects.checkIndex(item, bytes.length / width);
        }
        return width;
    }

    public static Extents extents(String what, Tensor image, Tensor weight, ConvGeometry g, Tensor out) {
        Extents e = extents(what, image, g, out);
        boolean fits = weight.shape().rank() == 4
                && weight.axis(0) == g.kernelHeight()
                && weight.axis(1) == g.kernelWidth()
                && weight.axis(2) == image.axis(3)
                && weight.axis(3) == out.axis(3);
        if (!fits) {
            throw new IllegalArgumentException(what + ": weights of " + weight.shape() + " do not take images of "
                    + image.shape() + " to " + out.shape() + " with a kernel of " + g);
        }
        return e;
    }

    public static Extents extents(String what, Tensor image, ConvGeometry g, Tensor out) {
        boolean fits = image.shape().rank() == 4
                && out.shape().rank() == 4
                && image.axis(0) == out.axis(0)
                && g.outputHeight(image.axis(1)) == out.axis(1)
                && g.outputWidth(image.axis(2)) == out.axis(2);
        if (!fits) {
            throw new IllegalArgumentException(
                    what + ": a window of " + g + " over images of " + image.shape() + " does not make " + out.shape());
        }
        return new Extents(
                image.axis(0), image.axis(1), image.axis(2), image.axis(3), out.axis(1), out.axis(2), out.axis(3));
    }
}
