package io.github.grisaille.nn;

import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * The maximum of each window of an image, channel by channel. Padding is never the maximum. Gradient: dy goes to the
 * pixel that was the maximum, or to the first such pixel in reading order. All other pixels get 0.
 */
public final class MaxPool2d implements Layer {
    private record Memory(Shape input, Tensor places) {}

    private final Window window;

    public MaxPool2d(ConvGeometry geometry) {
        this.window = new Window(this, geometry);
    }

    @Override
    public String name() {
        return "MaxPool2d(" + window.geometry() + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        return window.outputShape(input);
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
    public OutputRange outputRange(OutputRange input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor y = pass.empty(outputShape(x.shape()));
        Tensor places = pass.scratch(y.shape());
        x.backend().maxPool(x, window.geometry(), y, places);
        pass.keep(this, new Memory(x.shape(), places));
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Memory memory = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, memory.places.shape());
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(memory.input);
        dy.backend().maxPoolGradient(dy, memory.places, window.geometry(), dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Memory memory = pass.kept(this, Memory.class);
        Tensor tangent = pass.empty(memory.places.shape());
        direction.backend().maxPoolTangent(direction, memory.places, window.geometry(), tangent);
        return tangent;
    }

    /** The layer is piecewise linear, so its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
