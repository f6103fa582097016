package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Takes some of the columns (the last axis) of its input, such as the image or the label from an item that holds both.
 * Gradient: dy in these columns, and 0 in the others.
 */
public final class ColumnSlice implements Layer {
    private final int from;
    private final int to;

    /**
     * @param from the first column that is taken
     * @param to the first column after it that is not taken
     */
    public ColumnSlice(int from, int to) {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException(
                    "Columns: from must be at least 0 and less than to; got " + from + " and " + to);
        }
        this.from = from;
        this.to = to;
    }

    @Override
    public String name() {
        return "Columns(" + from + " … " + (to - 1) + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 2 || input.axis(-1) < to) {
            throw new ShapeMismatchException(name(), input, "at least " + to + " columns");
        }
        int[] extents = input.toArray();
        extents[extents.length - 1] = to - from;
        return Shape.of(extents);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        int last = input.extent(-1);
        if (last >= 1 && last < to) {
            throw new ShapeMismatchException(name(), input, "at least " + to + " columns");
        }
        return input.with(-1, to - from);
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        pass.keep(this, x.shape());
        return taken(x, pass);
    }

    private Tensor taken(Tensor x, Pass pass) {
        Tensor y = pass.empty(outputShape(x.shape()));
        x.backend().copyColumns(x, from, y, 0, to - from);
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Shape input = pass.kept(this, Shape.class);
        Checks.gradient(this, dy, outputShape(input));
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(input);
        dy.backend().fill(0, dx);
        dy.backend().copyColumns(dy, 0, dx, from, to - from);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return taken(direction, pass);
    }

    /** The layer is linear, so its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
