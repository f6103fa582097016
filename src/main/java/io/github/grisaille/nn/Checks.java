package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/** Checks that several layers share. */
final class Checks {
    private Checks() {}

    /** What a layer makes of inputs of which so much is known. */
    static PartialShape makes(Layer layer, PartialShape input) {
        PartialShape taken = input.and(layer.takes());
        if (taken == null) {
            throw new ShapeMismatchException(layer.name(), input, layer.takes().toString());
        }
        return layer.makes(taken);
    }

    static void positive(String layer, String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(layer + " needs " + what + " of at least 1, and got " + value);
        }
    }

    static void image(Layer layer, Shape input, int channels) {
        if (input.rank() != 4 || input.axis(3) != channels) {
            throw new ShapeMismatchException(layer.name(), input, "batch×height×width×" + channels);
        }
    }

    static void image(Layer layer, Shape input) {
        if (input.rank() != 4) {
            throw new ShapeMismatchException(layer.name(), input, "batch×height×width×channels");
        }
    }

    /** A gradient must have the shape of what it is the gradient for. */
    static void gradient(Layer layer, Tensor dy, Shape output) {
        if (!dy.shape().equals(output)) {
            throw new ShapeMismatchException(
                    layer.name(), dy.shape(), output + " (the gradient has the shape of the output)");
        }
    }

    static void epsilon(String layer, float epsilon) {
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException(layer + " needs an epsilon above 0, and got " + epsilon);
        }
    }

    /** Why a layer has no tangent that a gradient penalty could use. */
    static UnsupportedOperationException mixesItems(Layer layer) {
        return new UnsupportedOperationException(layer.name()
                + " has no tangent: it mixes the items of a batch, and a gradient penalty is per item; leave one of the"
                + " two out");
    }

    static List<Parameter> present(Parameter weight, Parameter bias) {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }
}
