package io.github.grisaille.nn;

import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/** Checks that several layers share. */
final class Checks {
    private Checks() {}

    /** What a layer makes of inputs about which this much is known. */
    static PartialShape makes(Layer layer, PartialShape input) {
        PartialShape taken = input.and(layer.takes());
        if (taken == null) {
            throw new ShapeMismatchException(layer.name(), input, layer.takes().toString());
        }
        return layer.makes(taken);
    }

    /** Sizes are at least 1. */
    static void positive(String layer, String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(layer + ": " + what + " must be at least 1; got " + value);
        }
    }

    /** The groups of a convolution divide its channels. */
    static void groups(String layer, int in, int out, ConvGeometry geometry) {
        if (in % geometry.groups() != 0 || out % geometry.groups() != 0) {
            throw new IllegalArgumentException(
                    layer + ": the number of groups must divide the channels in and out; got " + geometry.groups()
                            + " groups for " + in + " → " + out + " channels");
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

    /** A gradient must have the shape of the output that it belongs to. */
    static void gradient(Layer layer, Tensor dy, Shape output) {
        if (!dy.shape().equals(output)) {
            throw new ShapeMismatchException(
                    layer.name(), dy.shape(), output + " (the gradient has the shape of the output)");
        }
    }

    static void epsilon(String layer, float epsilon) {
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException(layer + ": epsilon must be above 0; got " + epsilon);
        }
    }

    /**
     * The number of classes of the labels that any of these layers reads, or 0.
     *
     * @throws IllegalArgumentException if two layers read labels with different numbers of classes
     */
    static int classes(List<Layer> layers) {
        Layer first = null;
        for (Layer layer : layers) {
            if (layer.classes() != 0) {
                if (first != null && first.classes() != layer.classes()) {
                    throw new IllegalArgumentException(first.name() + " reads labels of " + first.classes()
                            + " classes, and " + layer.name() + " reads labels of " + layer.classes()
                            + ": a pass has one label for each item, so give all layers the same number of classes");
                }
                first = layer;
            }
        }
        return first == null ? 0 : first.classes();
    }

    /** The pass's labels, one row for each item of x. */
    static Tensor labels(Layer layer, Tensor x, Pass pass) {
        if (!pass.labelled()) {
            throw new IllegalStateException(layer.name() + " needs labels of " + layer.classes()
                    + " classes, and this pass has none: give them, as in predict(x, labels) or fit(items, labels)");
        }
        Tensor labels = pass.labels();
        if (labels.axis(1) != layer.classes()) {
            throw new ShapeMismatchException(
                    layer.name() + ", labels", labels.shape(), x.axis(0) + "×" + layer.classes() + " (batch×classes)");
        }
        if (labels.axis(0) != x.axis(0)) {
            throw new ShapeMismatchException(
                    layer.name() + ", labels",
                    labels.shape(),
                    x.axis(0) + "×" + layer.classes()
                            + ", one row for each item (in a network with pack(…), use labels before the pack)");
        }
        return labels;
    }

    /** Says why a layer has no tangent that a gradient penalty could use. */
    static UnsupportedOperationException mixesItems(Layer layer) {
        return new UnsupportedOperationException(layer.name()
                + " has no tangent: it mixes the items of a batch, and a gradient penalty is per item; use the layer"
                + " or the penalty, but not both");
    }

    /** The parameters of a layer whose bias may be null. */
    static List<Parameter> present(Parameter weight, Parameter bias) {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }
}
