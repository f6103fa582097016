package io.github.grisaille.data;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Images with optional labels. They are kept as bytes, which take a quarter of the memory of floats. {@link #scaled},
 * {@link #flat} and {@link #take} return views that share the bytes.
 */
public final class ImageDataset implements Dataset {
    private static final int LEVELS = 256;

    private final byte[] pixels;
    private final byte[] labels;
    private final int[] shape;
    /** The shape of one image, even if {@link #flat} made it a vector. */
    private final int[] imageShape;

    private final int size;
    private final float low;
    private final float high;
    /** The float value of each byte. */
    private final float[] levels = new float[LEVELS];

    /**
     * @param pixels one byte per value, 0 … 255, image after image
     * @param labels one byte per image, 0 … 255, or null
     * @param shape the shape of one image: height, width, channels
     */
    ImageDataset(byte[] pixels, byte[] labels, int... shape) {
        this(pixels, labels, shape, shape, pixels.length / itemSize(shape), 0, 1);
        if (pixels.length == 0 || pixels.length % itemSize(shape) != 0 || labels != null && labels.length != size) {
            throw new IllegalArgumentException(pixels.length + " pixels and "
                    + (labels == null ? "no" : String.valueOf(labels.length)) + " labels do not make images of "
                    + Arrays.toString(shape));
        }
    }

    private ImageDataset(byte[] pixels, byte[] labels, int[] shape, int[] imageShape, int size, float low, float high) {
        this.pixels = pixels;
        this.labels = labels;
        this.shape = shape;
        this.imageShape = imageShape;
        this.size = size;
        this.low = low;
        this.high = high;
        float step = (high - low) / (LEVELS - 1);
        for (int i = 0; i < LEVELS; i++) {
            levels[i] = low + step * i;
        }
    }

    /** A view with pixel values from {@code black} to {@code white}. The default is [0, 1]. */
    public ImageDataset scaled(float black, float white) {
        if (!(black < white) || !Float.isFinite(white - black)) {
            throw new IllegalArgumentException(
                    "black must be below white, and both must be finite; got " + black + " and " + white);
        }
        return new ImageDataset(pixels, labels, shape, imageShape, size, black, white);
    }

    /** A view of the images as vectors. */
    public ImageDataset flat() {
        return new ImageDataset(pixels, labels, new int[] {itemSize(shape)}, imageShape, size, low, high);
    }

    /** The first {@code count} images. */
    public ImageDataset take(int count) {
        if (count < 1 || count > size) {
            throw new IllegalArgumentException(
                    "take(count) needs a count from 1 to " + size + ", the number of images; got " + count);
        }
        return new ImageDataset(pixels, labels, shape, imageShape, count, low, high);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int[] shape() {
        return shape.clone();
    }

    /** The shape of one image: height, width, channels. It stays the same if the images are {@link #flat}. */
    public int[] imageShape() {
        return imageShape.clone();
    }

    /** Whether the images have labels. */
    public boolean labelled() {
        return labels != null;
    }

    @Override
    public void read(int index, float[] target, int offset) {
        Objects.checkIndex(index, size);
        int item = itemSize(shape);
        int from = index * item;
        for (int i = 0; i < item; i++) {
            target[offset + i] = levels[pixels[from + i] & 0xFF];
        }
    }

    @Override
    public void read(int[] indices, Tensor batch) {
        Batches.check(this, indices, batch);
        for (int index : indices) {
            Objects.checkIndex(index, size);
        }
        batch.backend().writeBytes(pixels, indices, levels, batch);
    }

    /** The label of an image. */
    public int label(int index) {
        if (labels == null) {
            throw new IllegalStateException(
                    "these images have no labels: only data sets that were read with labels have them");
        }
        return labels[Objects.checkIndex(index, size)] & 0xFF;
    }

    /** The labels of the first images. */
    public int[] labels(int count) {
        Objects.checkFromIndexSize(0, count, size);
        return IntStream.range(0, count).map(this::label).toArray();
    }

    /**
     * One-hot labels, as targets for a classifier: for each image a vector of {@code classes} values, 1 at its label
     * and 0 elsewhere.
     *
     * @throws IllegalArgumentException if a label is {@code classes} or more
     */
    public Dataset oneHotLabels(int classes) {
        for (int i = 0; i < size; i++) {
            if (label(i) >= classes) {
                throw new IllegalArgumentException("image " + i + " has label " + label(i) + ", but " + classes
                        + " classes have the labels 0 to " + (classes - 1));
            }
        }
        return new OneHot(this, classes);
    }

    /** For example {@code 60,000 images of 28×28×1, values from 0 to 1, with labels}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d images of %s%s, values from %s to %s%s",
                size,
                Shape.of(imageShape),
                shape.length == 1 ? " as vectors of " + shape[0] : "",
                number(low),
                number(high),
                labels == null ? "" : ", with labels");
    }

    private static String number(float value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    private record OneHot(ImageDataset images, int classes) implements Dataset {
        @Override
        public int size() {
            return images.size();
        }

        @Override
        public int[] shape() {
            return new int[] {classes};
        }

        @Override
        public void read(int index, float[] target, int offset) {
            Arrays.fill(target, offset, offset + classes, 0);
            target[offset + images.label(index)] = 1;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%,d one-hot labels of %d classes", size(), classes);
        }
    }

    private static int itemSize(int[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
}
