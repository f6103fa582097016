package io.github.grisaille.nn;

import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * The mean of each window of an image, channel by channel. Padding counts as zeros, as in PyTorch. Gradient: each pixel
 * of a window gets an equal share of the window's dy.
 */
public final class AvgPool2d implements Layer {
    private final Window window;

    public AvgPool2d(ConvGeometry geometry) {
        this.window = new Window(this, geometry);
    }

    @Override
    public String name() {
        return "AvgPool2d(" + window.geometry() + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        return window.outputShape(input);
    }

    /** Padding adds zeros to the range. */
    @Override
    public OutputRange outputRange(OutputRange input) {
        ConvGeometry geometry = window.geometry();
        boolean padded = geometry.padHeight() > 0 || geometry.padWidth() > 0;
        return padded && input.known() ? input.ends(Math.min(0, input.low()), Math.max(0, input.high()), this) : input;
    }

    @Override
    public PartialShape takes() {
        return PartialShape.images(PartialShape.FREE);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return window.makes(input);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor y = pass.empty(outputShape(x.shape()));
        x.backend().averagePool(x, window.geometry(), y);
        pass.keep(this, x.shape());
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
        dy.backend().averagePoolGradient(dy, window.geometry(), dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Tensor tangent = pass.empty(outputShape(direction.shape()));
        direction.backend().averagePool(direction, window.geometry(), tangent);
        return tangent;
    }

    /** The layer is linear, so its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
