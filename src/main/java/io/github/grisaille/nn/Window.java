package io.github.grisaille.nn;

import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;

/** The window of a pooling layer, with the checks that pooling layers share. */
record Window(Layer layer, ConvGeometry geometry) {
    Window {
        boolean onlyPadding =
                geometry.padHeight() >= geometry.kernelHeight() || geometry.padWidth() >= geometry.kernelWidth();
        if (onlyPadding) {
            throw new IllegalArgumentException(
                    "a pooling window must see more than padding, and this one is " + geometry);
        }
    }

    Shape outputShape(Shape input) {
        Checks.image(layer, input);
        int height = geometry.outputHeight(input.axis(1));
        int width = geometry.outputWidth(input.axis(2));
        if (height < 1 || width < 1) {
            throw new ShapeMismatchException(layer.name(), input, "images that the window fits into");
        }
        return Shape.of(input.axis(0), height, width, input.axis(3));
    }
}
