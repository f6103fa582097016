package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;

/**
 * A layer got a tensor of a shape that it cannot take. The message names the layer, the shape that came and the shape
 * that was wanted.
 */
public final class ShapeMismatchException extends IllegalArgumentException {
    private final String layer;
    private final String got;
    private final String source;
    private final String wanted;

    public ShapeMismatchException(String layer, Shape got, String wanted) {
        this(layer, got.toString(), null, wanted);
    }

    /** The same for a shape of which only a part is known. */
    public ShapeMismatchException(String layer, PartialShape got, String wanted) {
        this(layer, got.toString(), null, wanted);
    }

    private ShapeMismatchException(String layer, String got, String source, String wanted) {
        super(layer + ": got " + got + (source == null ? "" : " from " + source) + ", wanted " + wanted
                + (source == null
                        ? ""
                        : "; make one of the two fit the other, or put a layer such as flatten() or reshape(…) between"
                                + " them"));
        this.layer = layer;
        this.got = got;
        this.source = source;
        this.wanted = wanted;
    }

    /** The same exception, with the layer's place in its network. */
    ShapeMismatchException at(String place) {
        return new ShapeMismatchException(
                place + " " + layer, got, source == null ? null : place + " " + source, wanted);
    }

    /** The same exception, with the layer that made the input, unless it is known already. */
    ShapeMismatchException from(String maker) {
        return source == null ? new ShapeMismatchException(layer, got, maker, wanted) : this;
    }
}
