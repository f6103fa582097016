package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/** Gives each item of the batch another shape of the same size. The values stay in the same order. */
public final class Reshape implements Layer {
    private final Shape item;

    /**
     * @param item the new shape of one item, or null to make it one vector
     */
    Reshape(Shape item) {
        this.item = item;
    }

    @Override
    public String name() {
        return item == null ? "Flatten" : "Reshape(" + item + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1) {
            throw new ShapeMismatchException(name(), input, "a batch as first axis");
        }
        int size = input.size() / input.axis(0);
        if (item == null) {
            return Shape.of(input.axis(0), size);
        }
        if (size != item.size()) {
            throw new ShapeMismatchException(name(), input, "items of " + item.size() + " values");
        }
        return item.batchOf(input.axis(0));
    }

    @Override
    public PartialShape makes(PartialShape input) {
        int size = input.itemSize();
        if (item == null) {
            return PartialShape.vectors(size);
        }
        boolean fits = size < 0 ? item.size() % -size == 0 : item.size() == size;
        if (!fits) {
            throw new ShapeMismatchException(name(), input, "items of " + item.size() + " values");
        }
        return PartialShape.items(item);
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor y = x.reshape(outputShape(x.shape()));
        pass.keep(this, x.shape());
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Shape input = pass.kept(this, Shape.class);
        Checks.gradient(this, dy, outputShape(input));
        return wanted.input() ? dy.reshape(input) : null;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return direction.reshape(outputShape(direction.shape()));
    }

    /** The layer is linear, so its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
