package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;

/** A layer was given a tensor of a shape that it cannot take; the message names the layer, what came and what was wanted. */
public final class ShapeMismatchException extends IllegalArgumentException {
    private final String layer;
    private final String got;
    private final String source;
    private final String wanted;

    public ShapeMismatchException(String layer, Shape got, String wanted) {
        this(layer, got.toString(), null, wanted);
    }

    /** A layer that cannot take what is known of its input. */
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

    /** The same, with the layer's place in its network. */
    ShapeMismatchException at(String place) {
        return new ShapeMismatchException(
                place + " " + layer, got, source == null ? null : place + " " + source, wanted);
    }

    /** The same, with the layer that made what came, unless that is known. */
    ShapeMismatchException from(String maker) {
        return source == null ? new ShapeMismatchException(layer, got, maker, wanted) : this;
    }
}
