package io.github.grisaille.data;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/** A data set of floats in memory. */
public final class ArrayDataset implements Dataset {
    private final float[] values;
    private final int[] shape;
    private final int item;

    /**
     * @param values all items, one after another
     * @param shape the shape of one item
     * @throws IllegalArgumentException if there is no item, the last item is incomplete, or a value is NaN or infinite
     */
    public ArrayDataset(float[] values, int... shape) {
        this.shape = shape.clone();
        this.item = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (item < 1 || values.length == 0 || values.length % item != 0) {
            throw new IllegalArgumentException("a data set of items of shape " + Arrays.toString(shape)
                    + " needs a multiple of " + item + " values, at least one item; got " + values.length);
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("item " + i / item + " holds " + values[i] + " at place " + i % item
                        + ": clean the data first, because one such value ruins all weights");
            }
        }
        this.values = values.clone();
    }

    /** The items of a tensor along its first axis, as a copy in memory. */
    public static ArrayDataset of(Tensor items) {
        return new ArrayDataset(items.toArray(), items.shape().item().toArray());
    }

    @Override
    public int size() {
        return values.length / item;
    }

    @Override
    public int[] shape() {
        return shape.clone();
    }

    @Override
    public void read(int index, float[] target, int offset) {
        Objects.checkIndex(index, size());
        System.arraycopy(values, index * item, target, offset, item);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%,d items of %s%s", size(), Shape.of(shape), shape.length == 1 ? " values" : "");
    }
}
