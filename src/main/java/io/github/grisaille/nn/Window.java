package io.github.grisaille.nn;

import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;

/** The window of a pooling layer, with the checks that pooling layers share. */
record Window(Layer layer, ConvGeometry geometry) {
    private static final String SMALLEST = "images that, with their padding, are at least as large as the window";

    Window {
        if (!geometry.isPlain()) {
            throw new IllegalArgumentException(
                    "a pooling window has no dilation, groups or output padding; got " + geometry + ": leave them out");
        }
        boolean onlyPadding =
                geometry.padHeight() >= geometry.kernelHeight() || geometry.padWidth() >= geometry.kernelWidth();
        if (onlyPadding) {
            throw new IllegalArgumentException(
                    "the padding of a pooling window must be smaller than the window; got " + geometry);
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
