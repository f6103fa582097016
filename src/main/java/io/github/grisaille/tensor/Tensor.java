package io.github.grisaille.tensor;

import java.util.Objects;

/**
 * A dense block of float32 values in row-major order. Images are (batch, height, width, channels).
 *
 * <p>The values live in a {@link Storage} of one {@link Backend}. {@link #toArray()} copies them to the host; it is the
 * call that waits for a device, and so do the methods that return a number. A reshaped tensor shares its storage.
 *
 * <p>The arithmetic here makes a new tensor with each call. It is meant for a few values in a notebook. Layers write to
 * memory that they use again, with the primitives of {@link Backend}.
 */
public final class Tensor {
    private final Storage storage;
    private final Shape shape;

    /** A view of a whole storage. Backends and allocators call this. */
    public Tensor(Storage storage, Shape shape) {
        if (storage.size() != shape.size()) {
            throw new IllegalArgumentException(
                    "a tensor of shape " + shape + " needs " + shape.size() + " values; got " + storage.size());
        }
        this.storage = Objects.requireNonNull(storage);
        this.shape = Objects.requireNonNull(shape);
    }

    /** A tensor on the CPU, with a copy of these values. */
    public static Tensor of(float[] values, int... shape) {
        return Backend.cpu().tensor(values, Shape.of(shape));
    }

    /** A matrix on the CPU, with a copy of these rows as floats. All rows have one length. */
    public static Tensor of(double[][] rows) {
        return NestedArrays.tensor(rows);
    }

    /** A tensor on the CPU that is full of zeros. */
    public static Tensor zeros(int... shape) {
        return full(0, shape);
    }

    /** A tensor on the CPU that is full of ones. */
    public static Tensor ones(int... shape) {
        return full(1, shape);
    }

    /** A tensor on the CPU that is full of one value. */
    public static Tensor full(double value, int... shape) {
        Tensor tensor = Backend.cpu().empty(Shape.of(shape));
        Backend.cpu().fill((float) value, tensor);
        return tensor;
    }

    public Shape shape() {
        return shape;
    }

    /** The extent of an axis. A negative axis counts from the end. */
    public int axis(int axis) {
        return shape.axis(axis);
    }

    public int size() {
        return shape.size();
    }

    public Backend backend() {
        return storage.backend();
    }

    public Storage storage() {
        return storage;
    }

    /** This tensor with another shape of the same size. Both share their values. */
    public Tensor reshape(int... extents) {
        return reshape(Shape.of(extents));
    }

    /** This tensor with another shape of the same size. Both share their values. */
    public Tensor reshape(Shape wanted) {
        if (wanted.size() != size()) {
            throw new IllegalArgumentException("cannot reshape " + shape + " (" + size() + " values) to " + wanted
                    + " (" + wanted.size() + " values)");
        }
        return wanted.equals(shape) ? this : new Tensor(storage, wanted);
    }

    /** A copy of the values in row-major order; waits for the device to finish. */
    public float[] toArray() {
        return backend().read(this);
    }

    /**
     * A copy of the values of a matrix, one array for each row; waits for the device to finish.
     *
     * @throws IllegalStateException if this tensor has not two axes
     */
    public double[][] toRows() {
        return NestedArrays.rows(this);
    }

    /** The value of a tensor of size 1. */
    public float item() {
        if (size() != 1) {
            throw new IllegalStateException("item() needs a tensor with one value; this tensor has the shape " + shape);
        }
        return toArray()[0];
    }

    /** A copy of this tensor on a backend. */
    public Tensor to(Backend backend) {
        return backend.tensor(toArray(), shape);
    }

    /**
     * This tensor plus another, as a new tensor. Shapes that differ are broadcast by NumPy's rule ({@link Shape#broadcast}):
     * 60×3 plus 3 adds one value to each column.
     *
     * @throws IllegalArgumentException if the shapes do not fit, or the tensors are on two backends
     */
    public Tensor plus(Tensor other) {
        return Arithmetic.plus(this, other);
    }

    /** Every value plus a number, as a new tensor. */
    public Tensor plus(double amount) {
        return Arithmetic.plus(this, amount);
    }

    /** This tensor minus another, as a new tensor; see {@link #plus(Tensor)}. */
    public Tensor minus(Tensor other) {
        return Arithmetic.minus(this, other);
    }

    /** Every value minus a number, as a new tensor. */
    public Tensor minus(double amount) {
        return Arithmetic.plus(this, -amount);
    }

    /** This tensor times another, value by value, as a new tensor; see {@link #plus(Tensor)}. It is no matrix product. */
    public Tensor times(Tensor other) {
        return Arithmetic.times(this, other);
    }

    /** Every value times a number, as a new tensor. */
    public Tensor times(double factor) {
        return Arithmetic.times(this, factor);
    }

    /**
     * The first items along the first axis, as in NumPy's {@code x[:count]}. A copy on the same backend.
     *
     * @param count from 1 to the extent of the first axis
     */
    public Tensor first(int count) {
        return Slices.first(this, count);
    }

    /**
     * Items {@code from} … {@code to − 1} along the first axis, as in NumPy's {@code x[from:to]}. A copy on the same
     * backend.
     *
     * @param from at least 0 and less than {@code to}
     * @param to at most the extent of the first axis
     */
    public Tensor rows(int from, int to) {
        return Slices.rows(this, from, to);
    }

    /**
     * The items with these indices along the first axis, in this order, as in NumPy's {@code x[indices]}. A copy on the
     * same backend.
     */
    public Tensor rows(int[] indices) {
        return Slices.rows(this, indices);
    }

    /**
     * One item, without the first axis, as in NumPy's {@code x[index]}. A copy on the same backend.
     *
     * @param index a negative index counts from the end
     */
    public Tensor row(int index) {
        return Slices.row(this, index);
    }

    /**
     * Mirrored images: left and right are exchanged. The shape is (batch, height, width, channels), or (height, width,
     * channels) for one image.
     */
    public Tensor flipped() {
        return Slices.flipped(this);
    }

    /** The values in reverse order along an axis, as NumPy's {@code flip}. A negative axis counts from the end. */
    public Tensor flipped(int axis) {
        return Slices.flipped(this, axis);
    }

    /** Tensors one after another along their first axis. Their other extents are equal. */
    public static Tensor concat(Tensor... parts) {
        return Slices.concat(0, parts);
    }

    /**
     * Tensors one after another along an axis, as NumPy's {@code concatenate}. Their other extents are equal.
     *
     * @param axis a negative axis counts from the end
     */
    public static Tensor concat(int axis, Tensor... parts) {
        return Slices.concat(axis, parts);
    }

    /** The sum of all values. Waits for the device to finish, as all methods that return a number do. */
    public float sum() {
        return Totals.sum(this);
    }

    /** The sums along an axis, as a tensor without this axis. A negative axis counts from the end. */
    public Tensor sum(int axis) {
        return Totals.sum(this, axis);
    }

    /** The mean of all values. */
    public float mean() {
        return Totals.mean(this);
    }

    /** The means along an axis, as a tensor without this axis. {@code x.mean(0)} is the mean item of a batch. */
    public Tensor mean(int axis) {
        return Totals.mean(this, axis);
    }

    /** The least value; NaN if there is a NaN. */
    public float min() {
        return Totals.min(this);
    }

    /** The greatest value; NaN if there is a NaN. */
    public float max() {
        return Totals.max(this);
    }

    /** The Euclidean norm of all values: the root of the sum of their squares. */
    public float norm() {
        return Totals.norm(this);
    }

    /**
     * The greatest distance between two values at the same place of this tensor and of another of the same shape. It is
     * NaN if there is a NaN.
     */
    public float maxDifference(Tensor other) {
        return Totals.maxDifference(this, other);
    }

    /**
     * Whether no value differs by more than a tolerance from the value at the same place of another tensor of the same
     * shape. NaN is close to nothing.
     *
     * @param tolerance the greatest difference, at least 0
     */
    public boolean closeTo(Tensor other, double tolerance) {
        return Totals.closeTo(this, other, tolerance);
    }

    /**
     * The shape and the values, row by row. Of a long axis only the ends are shown, and of more than two axes only the
     * first matrix.
     */
    @Override
    public String toString() {
        return TensorText.of(this);
    }
}
