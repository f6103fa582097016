package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Enlarges images by a whole factor. Each pixel becomes a square of equal pixels (nearest neighbour). Gradient: the sum
 * of dy over that square.
 */
public final class Upsample implements Layer {
    private final int factor;

    public Upsample(int factor) {
        Checks.positive("Upsample", "factor", factor);
        this.factor = factor;
    }

    @Override
    public String name() {
        return "Upsample(×" + factor + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        Checks.image(this, input);
        return Shape.of(input.axis(0), input.axis(1) * factor, input.axis(2) * factor, input.axis(3));
    }

    @Override
    public PartialShape takes() {
        return PartialShape.images(PartialShape.FREE);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return input.resized(this, height -> height * factor, width -> width * factor, "images");
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        pass.keep(this, x.shape());
        return enlarge(x, pass);
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Shape input = pass.kept(this, Shape.class);
        Checks.gradient(this, dy, outputShape(input));
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(input);
        dy.backend().upsampleGradient(dy, factor, dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return enlarge(direction, pass);
    }

    private Tensor enlarge(Tensor x, Pass pass) {
        Tensor y = pass.empty(outputShape(x.shape()));
        x.backend().upsample(x, factor, y);
        return y;
    }

    /** The layer is linear, so its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
