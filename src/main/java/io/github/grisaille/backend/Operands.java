package io.github.grisaille.backend;

import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.Objects;

/** Checks the shapes of operands. An error names the primitive, what it got and what it needs. */
final class Operands {
    /** The number of values that a byte can have. */
    private static final int LEVELS = 256;

    private Operands() {}

    static void sameSize(String what, Tensor first, Tensor second) {
        if (second.size() != first.size()) {
            throw new IllegalArgumentException(
                    what + " needs tensors of one size; got " + first.shape() + " and " + second.shape());
        }
    }

    static void sameSize(String what, Tensor first, Tensor second, Tensor third) {
        sameSize(what, first, second);
        sameSize(what, first, third);
    }

    static void sized(String what, Tensor tensor, int size) {
        if (tensor.size() != size) {
            throw new IllegalArgumentException(what + " needs " + size + " values; got " + tensor.shape());
        }
    }

    /** Checks that y has the shape that a and b have when they are repeated. */
    static void broadcast(String what, Tensor a, Tensor b, Tensor y) {
        Shape wanted = Shape.broadcast(a.shape(), b.shape());
        if (!y.shape().equals(wanted)) {
            throw new IllegalArgumentException(what + " of " + a.shape() + " and " + b.shape() + " makes a tensor of "
                    + wanted + "; got one of " + y.shape() + " to write: give it the shape " + wanted);
        }
    }

    /** Checks that there is one share for all, one for each item, or one for each value. */
    static void shares(String what, Tensor share, Tensor y) {
        if (share.size() != 1 && share.size() != y.size() && (y.shape().rank() == 0 || share.size() != y.axis(0))) {
            throw new IllegalArgumentException(what + " of tensors of " + y.shape()
                    + " needs one share for all, one for each item or one for each value; got " + share.shape());
        }
    }

    /** Checks that x can be summed to the shape of y. */
    static void summed(String what, Tensor x, Tensor y) {
        if (!repeatable(y.shape(), x.shape())) {
            throw new IllegalArgumentException(what + " cannot sum a tensor of " + x.shape() + " to one of " + y.shape()
                    + ": the extents of the result, aligned at the last axis, must be 1 or those of the tensor");
        }
    }

    /** Checks that x can be repeated to the shape of y. */
    static void repeated(String what, Tensor x, Tensor y) {
        if (!repeatable(x.shape(), y.shape())) {
            throw new IllegalArgumentException(what + " cannot repeat a tensor of " + x.shape() + " to one of "
                    + y.shape() + ": the extents of the tensor, aligned at the last axis, must be 1 or those of the"
                    + " result");
        }
    }

    /** Whether a tensor of the small shape can be repeated to the large one. */
    private static boolean repeatable(Shape small, Shape large) {
        boolean fits = small.rank() <= large.rank();
        for (int back = 1; fits && back <= small.rank(); back++) {
            fits = small.axis(-back) == 1 || small.axis(-back) == large.axis(-back);
        }
        return fits;
    }

    /** Checks that y is a row of the table for each label. */
    static void lookedUp(String what, Tensor table, Tensor labels, Tensor y) {
        if (table.shape().rank() == 0) {
            throw new IllegalArgumentException(what + " needs a table with rows; got a scalar");
        }
        sized(what, y, Math.multiplyExact(labels.size(), table.size() / table.axis(0)));
    }

    static void sized(String what, Moments moments, int size) {
        sized(what, moments.mean(), size);
        sized(what, moments.variance(), size);
    }

    static void sized(String what, Affine affine, int size) {
        sized(what, affine.gain(), size);
        sized(what, affine.shift(), size);
    }

    /** Checks that the bias has one value for each column, and that the activation can follow a primitive. */
    static void epilogue(String what, Epilogue epilogue, int columns) {
        if (epilogue.bias() != null) {
            sized(what + "'s bias", epilogue.bias(), columns);
        }
        if (epilogue.activation() != null) {
            epilogue.activation().following();
        }
    }

    static void product(Factor a, Factor b, Epilogue epilogue, Write write, Tensor c) {
        if (a.columns() != b.rows() || c.size() != a.rows() * b.columns()) {
            throw new IllegalArgumentException("matmul: " + a + " · " + b + " does not make " + c.shape());
        }
        epilogue("matmul", epilogue, b.columns());
        if (write.adds() && epilogue.activation() != null) {
            throw new IllegalArgumentException("matmul cannot apply an activation to a product that is added; got "
                    + epilogue.activation() + ": apply it with activate afterwards");
        }
    }

    /** Checks the operands of a pooling: its windows are whole, and each channel is pooled by itself. */
    static void window(String what, Tensor image, ConvGeometry g, Tensor out) {
        if (!g.isPlain()) {
            throw new IllegalArgumentException(
                    what + ": a window of a pooling has no dilation, groups or output padding; got " + g);
        }
        boolean fits = sameBatch(image, out)
                && g.outputHeight(image.axis(1)) == out.axis(1)
                && g.outputWidth(image.axis(2)) == out.axis(2);
        if (!fits) {
            throw windowDoesNotFit(what, image, g, out);
        }
    }

    static void convolution(String what, Tensor image, Tensor weight, ConvGeometry g, Tensor out) {
        boolean sizesFit = sameBatch(image, out)
                && windows(image.axis(1), out.axis(1), g.outputHeight(image.axis(1)), g.transposedHeight(out.axis(1)))
                && windows(image.axis(2), out.axis(2), g.outputWidth(image.axis(2)), g.transposedWidth(out.axis(2)));
        if (!sizesFit) {
            throw windowDoesNotFit(what, image, g, out);
        }
        boolean fits = weight.shape().rank() == 4
                && weight.axis(0) == g.kernelHeight()
                && weight.axis(1) == g.kernelWidth()
                && weight.axis(2) * g.groups() == image.axis(3)
                && weight.axis(3) == out.axis(3)
                && out.axis(3) % g.groups() == 0;
        if (!fits) {
            throw new IllegalArgumentException(what + ": weights of shape " + weight.shape() + " and a kernel of " + g
                    + " do not map images of shape " + image.shape() + " to " + out.shape());
        }
    }

    private static boolean sameBatch(Tensor image, Tensor out) {
        return image.shape().rank() == 4 && out.shape().rank() == 4 && image.axis(0) == out.axis(0);
    }

    /**
     * Whether so many pixels along an axis have so many windows. They have as many as fit. If the output padding is more
     * than a stride, the transposed convolution makes an image where more would fit.
     */
    private static boolean windows(int pixels, int windows, int windowsThatFit, int transposedPixels) {
        return windows == windowsThatFit || pixels == transposedPixels;
    }

    private static IllegalArgumentException windowDoesNotFit(String what, Tensor image, ConvGeometry g, Tensor out) {
        return new IllegalArgumentException(
                what + ": a window of " + g + " over images of " + image.shape() + " does not make " + out.shape());
    }

    static void images(String what, Tensor x, Tensor y) {
        if (x.shape().rank() != 4 || !x.shape().equals(y.shape())) {
            throw new IllegalArgumentException(
                    what + " needs two batches of images, batch×height×width×channels, of one shape; got " + x.shape()
                            + " and " + y.shape());
        }
    }

    /** Checks that the large images are the small ones, enlarged by a whole factor in each direction. */
    static void enlarged(String what, Tensor small, Tensor large) {
        boolean fits = sameBatch(small, large)
                && large.axis(1) % small.axis(1) == 0
                && large.axis(2) % small.axis(2) == 0
                && large.axis(3) == small.axis(3);
        if (!fits) {
            throw new IllegalArgumentException(what + " needs images whose height and width grow by whole factors; got "
                    + small.shape() + " and " + large.shape());
        }
    }

    static void onePerItem(String what, Tensor x, int[] places) {
        if (places.length != x.axis(0)) {
            throw new IllegalArgumentException(
                    what + " needs a place for each of " + x.axis(0) + " images; got " + places.length);
        }
    }

    static void grouped(String what, Tensor x, Tensor y) {
        if (x.shape().rank() != 3) {
            throw new IllegalArgumentException(what + " needs a tensor of shape items×groups×width; got " + x.shape());
        }
        sized(what, y, x.axis(0) * x.axis(1));
    }

    /**
     * Checks the operands of writeBytes and returns the number of bytes in an item. There must be as many items as in
     * y, and each must be among the bytes.
     */
    static int itemBytes(String what, byte[] bytes, int[] items, float[] levels, Tensor y) {
        if (levels.length < LEVELS) {
            throw new IllegalArgumentException(what + " needs " + LEVELS + " levels; got " + levels.length);
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
}
