package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Enlarges images by whole factors. Each pixel becomes a rectangle of equal pixels (nearest neighbour). Gradient: the
 * sum of dy over that rectangle.
 */
public final class Upsample implements Layer {
    private final int factorHeight;
    private final int factorWidth;

    /** The same factor for height and width: each pixel becomes a square. */
    public Upsample(int factor) {
        this(factor, factor);
    }

    /** A factor for the height and one for the width. */
    public Upsample(int factorHeight, int factorWidth) {
        Checks.positive("Upsample", "factor for the height", factorHeight);
        Checks.positive("Upsample", "factor for the width", factorWidth);
        this.factorHeight = factorHeight;
        this.factorWidth = factorWidth;
    }

    @Override
    public String name() {
        return "Upsample(" + factors(factorHeight, factorWidth) + ")";
    }

    /** For example {@code ×2}, or {@code height ×2, width ×3}. */
    static String factors(int height, int width) {
        return height == width ? "×" + height : "height ×" + height + ", width ×" + width;
    }

    @Override
    public Shape outputShape(Shape input) {
        Checks.image(this, input);
        return Shape.of(input.axis(0), input.axis(1) * factorHeight, input.axis(2) * factorWidth, input.axis(3));
    }

    @Override
    public PartialShape takes() {
        return PartialShape.images(PartialShape.FREE);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return input.resized(this, height -> height * factorHeight, width -> width * factorWidth, "images");
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
        dy.backend().upsampleGradient(dy, dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return enlarge(direction, pass);
    }

    private Tensor enlarge(Tensor x, Pass pass) {
        Tensor y = pass.empty(outputShape(x.shape()));
        x.backend().upsample(x, y);
        return y;
    }

    /** The layer is linear, so its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
