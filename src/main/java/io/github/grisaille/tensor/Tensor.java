package io.github.grisaille.tensor;

import java.util.Arrays;
import java.util.Objects;

/**
 * A dense block of float32 values in row-major order. Images are (batch, height, width, channels).
 *
 * <p>The values live in a {@link Storage} of one {@link Backend}; {@link #toArray()} copies them out, and is the only
 * call that waits for a device. A reshaped tensor shares its storage.
 */
public final class Tensor {
    private static final int SHOWN = 8;

    private final Storage storage;
    private final Shape shape;

    /** A view of a whole storage. Backends and allocators call this. */
    public Tensor(Storage storage, Shape shape) {
        if (storage.size() != shape.size()) {
            throw new IllegalArgumentException(
                    "a tensor of shape " + shape + " needs " + shape.size() + " values, and got " + storage.size());
        }
        this.storage = Objects.requireNonNull(storage);
        this.shape = Objects.requireNonNull(shape);
    }

    /** A tensor on the CPU with a copy of these values. */
    public static Tensor of(float[] values, int... shape) {
        return Backend.cpu().tensor(values, Shape.of(shape));
    }

    public Shape shape() {
        return shape;
    }

    /** The extent of an axis; a negative axis counts from the last. */
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

    /** The same values, in the same storage, under another shape of the same size. */
    public Tensor reshape(int... extents) {
        return reshape(Shape.of(extents));
    }

    /** The same values, in the same storage, under another shape of the same size. */
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

    /** The value of a tensor that holds one. */
    public float item() {
        if (size() != 1) {
            throw new IllegalStateException("item() reads a tensor of one value, and this one has shape " + shape);
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
