package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/**
 * Rows that belong to items: one value for each channel of an item, the same for all its pixels. The items are vectors of
 * (batch, channels) or images of (batch, height, width, channels).
 */
final class Pixels {
    private Pixels() {}

    /** Rows of (batch, channels) in a shape that is repeated for all pixels of these items. */
    static Tensor repeatable(Tensor rows, Shape items) {
        return items.rank() == 2 ? rows : rows.reshape(rows.axis(0), 1, 1, rows.axis(1));
    }

    /** The sum over the pixels of each item, (batch, channels). Vectors stay as they are. */
    static Tensor sums(Tensor items, Pass pass) {
        if (items.shape().rank() == 2) {
            return items;
        }
        Tensor sums = pass.scratch(Shape.of(items.axis(0), items.axis(-1)));
        items.backend().sumOver(items, Write.REPLACE, repeatable(sums, items.shape()));
        return sums;
    }
}
