package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Enlarges images by whole factors, and draws straight lines between the centres of the pixels. It is smoother than
 * {@link Upsample}, and makes no squares.
 *
 * <p>Each image (batch, height, width, channels) becomes (batch, height · factor, width · factor, channels). Row i of
 * the output reads the input at row (i + ½) / factor − ½, or at the border row if this lies beyond it. With {@link
 * #alignCorners aligned corners} it reads row i · (height − 1) / (height · factor − 1). Between two rows the value is a
 * weighted mean of both, and the nearer one has the larger weight. Columns are read in the same way. These are PyTorch's
 * {@code align_corners=False} and {@code align_corners=True}.
 *
 * <p>The layer is linear. Gradient: each pixel gets dy of all pixels that read it, times the weight with which they read
 * it.
 */
public final class UpsampleBilinear implements Layer {
    private final int factorHeight;
    private final int factorWidth;
    private final boolean alignCorners;

    /** The factors for height and width. The corners are not aligned. */
    public UpsampleBilinear(int factorHeight, int factorWidth) {
        this(factorHeight, factorWidth, false);
    }

    private UpsampleBilinear(int factorHeight, int factorWidth, boolean alignCorners) {
        Checks.positive("UpsampleBilinear", "factor for the height", factorHeight);
        Checks.positive("UpsampleBilinear", "factor for the width", factorWidth);
        this.factorHeight = factorHeight;
        this.factorWidth = factorWidth;
        this.alignCorners = alignCorners;
    }

    /** This layer with aligned corners: the centres of the corner pixels of input and output are the same points. */
    public UpsampleBilinear alignCorners() {
        return new UpsampleBilinear(factorHeight, factorWidth, true);
    }

    @Override
    public String name() {
        return "UpsampleBilinear(" + Upsample.factors(factorHeight, factorWidth)
                + (alignCorners ? ", aligned corners)" : ")");
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

    /** A weighted mean lies between the values that it is made of. */
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
        dy.backend().upsampleBilinearGradient(dy, alignCorners, dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return enlarge(direction, pass);
    }

    private Tensor enlarge(Tensor x, Pass pass) {
        Tensor y = pass.empty(outputShape(x.shape()));
        x.backend().upsampleBilinear(x, alignCorners, y);
        return y;
    }

    /** The layer is linear, so its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
