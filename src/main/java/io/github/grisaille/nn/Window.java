package io.github.grisaille.nn;

import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;

/** The window of a pooling layer, with the checks that pooling layers share. */
record Window(Layer layer, ConvGeometry geometry) {
    private static final String SMALLEST = "images that the window fits into";

    Window {
        boolean onlyPadding =
                geometry.padHeight() >= geometry.kernelHeight() || geometry.padWidth() >= geometry.kernelWidth();
        if (onlyPadding) {
            throw new IllegalArgumentException(
                    "a pooling window must see more than padding, and this one is " + geometry);
        }
    }

    PartialShape makes(PartialShape input) {
        return input.resized(layer, geometry::outputHeight, geometry::outputWidth, SMALLEST);
    }

    Shape outputShape(Shape input) {
        Checks.image(layer, input);
        int height = geometry.outputHeight(input.axis(1));
        int width = geometry.outputWidth(input.axis(2));
        if (height < 1 || width < 1) {
            throw new ShapeMismatchException(layer.name(), input, SMALLEST);
        }
        return Shape.of(input.axis(0), height, width, input.axis(3));
    }
}
