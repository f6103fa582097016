package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;

/** The items of a tensor, along its first axis, as a data set, and the checks that all measures share. */
final class Items implements Dataset {
    private final float[] values;
    private final Shape item;
    private final int width;

    private Items(float[] values, Shape item) {
        this.values = values;
        this.item = item;
        this.width = item.size();
    }

    /**
     * The items of a batch.
     *
     * @param what the name of the items in messages
     */
    static Items of(Tensor batch, String what) {
        if (batch.shape().rank() < 2) {
            throw new IllegalArgumentException(what + " need at least 2 axes, the items along the first; got the shape "
                    + batch.shape() + ": reshape it to (items, values)");
        }
        Items items = new Items(batch.toArray(), batch.shape().item());
        for (int i = 0; i < items.values.length; i++) {
            if (!Float.isFinite(items.values[i])) {
                throw new IllegalArgumentException(what + ": item " + i / items.width + " holds " + items.values[i]
                        + ", but a measure needs finite values: check the model or the data that it comes from");
            }
        }
        return items;
    }

    @Override
    public int size() {
        return values.length / width;
    }

    @Override
    public int[] shape() {
        return item.toArray();
    }

    @Override
    public void read(int index, float[] target, int offset) {
        Objects.checkIndex(index, size());
        System.arraycopy(values, index * width, target, offset, width);
    }

    /** The number of values of an item. */
    int width() {
        return width;
    }

    /** A value of an item. */
    float at(int index, int place) {
        return values[index * width + place];
    }

    static int width(Dataset items) {
        return Shape.of(items.shape()).size();
    }

    /** Checks that the items of both sets have the same number of values. */
    static void sameWidth(Dataset a, Dataset b) {
        if (width(a) != width(b)) {
            throw new IllegalArgumentException("the items of both sets need the same number of values; got "
                    + width(a) + " " + Arrays.toString(a.shape()) + " and " + width(b) + " "
                    + Arrays.toString(b.shape()) + ": take both from the same layer of the same network");
        }
    }

    static void atLeast(int wanted, Dataset items, String what) {
        if (items.size() < wanted) {
            throw new IllegalArgumentException(
                    "the number of " + what + " must be at least " + wanted + "; got " + items.size());
        }
    }
}
