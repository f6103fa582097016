package io.github.grisaille.tensor;

import java.util.Arrays;
import java.util.Objects;

/**
 * A dense block of float32 values in row-major order. Images are (batch, height, width, channels).
 *
 * <p>The values live in a {@link Storage} of one {@link Backend}. {@link #toArray()} copies them to the host; it is the
 * only call that waits for a device. A reshaped tensor shares its storage.
 */
public final class Tensor {
    private static final int SHOWN = 8;

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

    @Override
    public String toString() {
        float[] values = toArray();
        String shown = Arrays.toString(Arrays.copyOf(values, Math.min(SHOWN, values.length)));
        String tail = values.length > SHOWN ? ", …]" : "]";
        return "Tensor " + shape + " " + shown.substring(0, shown.length() - 1) + tail;
    }
}
