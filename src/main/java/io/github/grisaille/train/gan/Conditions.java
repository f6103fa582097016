package io.github.grisaille.train.gan;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Arguments;

/**
 * Labels for conditional networks (Mirza and Osindero 2014). A label is a vector with one column for each class: {@code
 * generator.predict(z, Conditions.oneHot(10, 3, 8))} draws a 3 and an 8.
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
}
