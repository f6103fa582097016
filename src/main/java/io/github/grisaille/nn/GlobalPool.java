package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/**
 * Pools each channel of an image over all its pixels: (batch, height, width, channels) becomes (batch, channels). y =
 * factor · Σ x over the pixels. The factor is 1 for a sum and 1 / pixels for a mean. The size of the image is free.
 *
 * <p>Gradient: each pixel gets factor · dy.
 */
public final class GlobalPool implements Layer {
    private final boolean mean;

    /**
     * @param mean whether the sum is divided by the number of pixels
     */
    public GlobalPool(boolean mean) {
        this.mean = mean;
    }

    @Override
    public String name() {
        return mean ? "GlobalAverage" : "GlobalSum";
    }

    @Override
    public Shape outputShape(Shape input) {
        Checks.image(this, input);
        return Shape.of(input.axis(0), input.axis(3));
    }

    @Override
    public PartialShape takes() {
        return PartialShape.images(PartialShape.FREE);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return PartialShape.vectors(input.extent(-1));
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return mean ? input : OutputRange.unknown();
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        pass.keep(this, x.shape());
        return pooled(x, pass);
    }

    private Tensor pooled(Tensor x, Pass pass) {
        Tensor y = pass.empty(outputShape(x.shape()));
        x.backend().sumOver(x, Write.REPLACE, Pixels.repeatable(y, x.shape()));
        scale(y, x.shape());
        return y;
    }

    private void scale(Tensor values, Shape input) {
        if (mean) {
            values.backend().scale(values, 1f / (input.axis(1) * input.axis(2)), values);
        }
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Shape input = pass.kept(this, Shape.class);
        Checks.gradient(this, dy, outputShape(input));
        if (!wanted.input()) {
            return null;
        }
        Backend backend = dy.backend();
        Tensor share = pass.scratch(dy.shape());
        backend.copy(dy, share);
        scale(share, input);
        Tensor dx = pass.empty(input);
        backend.repeat(Pixels.repeatable(share, input), dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return pooled(direction, pass);
    }

    /** The layer is linear, so its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
