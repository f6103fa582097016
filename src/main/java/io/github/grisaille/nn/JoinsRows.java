package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * A layer that appends to each item a row of values that belongs to the item's label. The items are vectors or images.
 * A vector gets the row behind its own values. Each pixel of an image gets the row behind its own channels, so each
 * value of the row becomes a constant map.
 *
 * <p>Gradient for the input: the first columns of dy. No gradient flows to labels. Tangent: the direction, with zeros
 * appended.
 */
abstract class JoinsRows implements Layer {
    private final int classes;
    private final int width;

    /**
     * @param width the number of values in a row
     */
    JoinsRows(int classes, int width) {
        this.classes = classes;
        this.width = width;
    }

    /** The rows that belong to these labels, (batch, width). */
    abstract Tensor rows(Tensor labels, Pass pass);

    @Override
    public final int classes() {
        return classes;
    }

    @Override
    public final Shape outputShape(Shape input) {
        if (input.rank() != 2 && input.rank() != 4) {
            throw new ShapeMismatchException(name(), input, "batch×features or batch×height×width×channels");
        }
        return withLast(input, input.axis(-1) + width);
    }

    private static Shape withLast(Shape shape, int last) {
        int[] extents = shape.toArray();
        extents[extents.length - 1] = last;
        return Shape.of(extents);
    }

    @Override
    public final PartialShape takes(PartialShape output) {
        int last = output.extent(-1);
        return output.with(-1, last > width ? last - width : PartialShape.FREE);
    }

    @Override
    public final PartialShape makes(PartialShape input) {
        int last = input.extent(-1);
        return input.with(-1, last < 1 ? PartialShape.FREE : last + width);
    }

    /** Appends the rows of the pass's labels to x. */
    final Tensor joined(Tensor x, Pass pass) {
        Tensor y = pass.empty(outputShape(x.shape()));
        Tensor rows = rows(Checks.labels(this, x, pass), pass);
        int columns = x.axis(-1);
        x.backend().copyColumns(x, 0, y, 0, columns);
        x.backend().copyColumns(x.shape().rank() == 2 ? rows : maps(rows, x, pass), 0, y, columns, width);
        return y;
    }

    /** Each row at each pixel of its image. */
    private Tensor maps(Tensor rows, Tensor x, Pass pass) {
        Tensor maps = pass.scratch(withLast(x.shape(), width));
        x.backend().repeat(Pixels.repeatable(rows, x.shape()), maps);
        return maps;
    }

    /** The gradient for the input: the first columns of dy. */
    final Tensor ownColumns(Tensor dy, Shape input, Pass pass) {
        Tensor dx = pass.empty(input);
        dy.backend().copyColumns(dy, 0, dx, 0, input.axis(-1));
        return dx;
    }

    /** The gradient for the rows: the last columns of dy, summed over the pixels of an image. */
    final Tensor rowsGradient(Tensor dy, Pass pass) {
        Backend backend = dy.backend();
        Tensor last = pass.scratch(withLast(dy.shape(), width));
        backend.copyColumns(dy, dy.axis(-1) - width, last, 0, width);
        return Pixels.sums(last, pass);
    }

    @Override
    public final Tensor tangent(Tensor direction, Pass pass) {
        Tensor tangent = pass.empty(outputShape(direction.shape()));
        direction.backend().fill(0, tangent);
        direction.backend().copyColumns(direction, 0, tangent, 0, direction.axis(-1));
        return tangent;
    }

    /** The tangent does not depend on x, and not on what is appended. */
    @Override
    public final Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
