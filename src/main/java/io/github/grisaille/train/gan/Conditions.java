package io.github.grisaille.train.gan;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Arguments;

/**
 * Labels for conditional networks (Mirza and Osindero 2014). A label is a vector; it follows the flattened values of its
 * item.
 */
public final class Conditions {
    private Conditions() {}

    /** One row for each label, (labels, classes): 1 in the label's column, 0 in the others. */
    public static Tensor oneHot(int classes, int... labels) {
        return Backend.cpu().tensor(values(classes, labels), Shape.of(labels.length, classes));
    }

    /** The rows of {@link #oneHot} as a data set. */
    public static Dataset oneHotDataset(int classes, int... labels) {
        return new ArrayDataset(values(classes, labels), classes);
    }

    private static float[] values(int classes, int[] labels) {
        Arguments.positive("the number of classes", classes);
        float[] values = new float[labels.length * classes];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException("label " + i + " is " + labels[i] + ", and with " + classes
                        + " classes labels are from 0 to " + (classes - 1));
            }
            values[i * classes + labels[i]] = 1;
        }
        return values;
    }

    /** The input of a conditional network, (items, values + label columns): each item's values and then its label. */
    public static Tensor join(Tensor items, Tensor labels) {
        Tensor joined = items.backend().empty(joinedShape(items, labels));
        join(items, labels, joined);
        return joined;
    }

    static Shape joinedShape(Tensor items, Tensor labels) {
        if (labels.shape().rank() != 2 || labels.axis(0) != items.axis(0)) {
            throw new IllegalArgumentException("each item needs one label, a vector: got items of shape "
                    + items.shape() + " and labels of shape " + labels.shape());
        }
        return Shape.of(items.axis(0), items.size() / items.axis(0) + labels.axis(1));
    }

    static void join(Tensor items, Tensor labels, Tensor joined) {
        int values = items.size() / items.axis(0);
        items.backend().copyColumns(items.reshape(items.axis(0), values), 0, joined, 0, values);
        items.backend().copyColumns(labels, 0, joined, values, labels.axis(1));
    }
}
