package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;

/** A layer was given a tensor of a shape that it cannot take; the message names the layer, what came and what was wanted. */
public final class ShapeMismatchException extends IllegalArgumentException {
    private final String layer;
    private final String detail;

    public ShapeMismatchException(String layer, Shape got, String wanted) {
        this(layer, "got " + got + ", wanted " + wanted);
    }

    private ShapeMismatchException(String layer, String detail) {
        super(layer + ": " + detail);
        this.layer = layer;
        this.detail = detail;
    }

    /** The same, with the layer's place in its network. */
    ShapeMismatchException at(String place) {
        return new ShapeMismatchException(place + " " + layer, detail);
    }
}
