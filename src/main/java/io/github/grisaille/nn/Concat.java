package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Layers side by side. All take the same input, and their outputs are joined along the last axis. The two heads of a
 * variational autoencoder are an example.
 *
 * <p>Gradient: each layer gets its own columns of dy, and dx is the sum of what they return.
 */
public final class Concat implements Layer {
    private final List<Layer> layers;
    private final PartialShape taken;

    /**
     * @throws IllegalArgumentException if it is known that no input fits all layers, or that their outputs cannot be
     *     joined
     */
    public Concat(Layer... layers) {
        if (layers.length == 0) {
            throw new IllegalArgumentException("a Concat needs at least one layer");
        }
        this.layers = List.of(layers);
        taken = takenByAll(this.layers);
        makes(taken);
        classes();
    }

    private static PartialShape takenByAll(List<Layer> layers) {
        PartialShape all = PartialShape.ANY;
        for (int i = 0; i < layers.size(); i++) {
            PartialShape both = all.and(layers.get(i).takes());
            if (both == null) {
                throw new IllegalArgumentException("the layers of a Concat take the same input, but layer " + i + " "
                        + layers.get(i).name() + " wants " + layers.get(i).takes()
                        + " and the layers before it want " + all + ": make them take the same shape");
            }
            all = both;
        }
        return all;
    }

    @Override
    public String name() {
        return "Concat(" + layers.stream().map(Layer::name).collect(Collectors.joining(", ")) + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        return joined(layers.stream().map(layer -> layer.outputShape(input)).toArray(Shape[]::new));
    }

    @Override
    public PartialShape takes() {
        return taken;
    }

    @Override
    public PartialShape makes(PartialShape input) {
        PartialShape all = Checks.makes(layers.get(0), input);
        for (int i = 1; i < layers.size(); i++) {
            PartialShape part = Checks.makes(layers.get(i), input);
            int last = all.extent(-1) < 1 || part.extent(-1) < 1 ? PartialShape.FREE : all.extent(-1) + part.extent(-1);
            PartialShape beside = all.with(-1, PartialShape.FREE).and(part.with(-1, PartialShape.FREE));
            if (beside == null) {
                throw new ShapeMismatchException(
                        name(), part, all + " except for the last axis (outputs side by side)");
            }
            all = beside.with(-1, last);
        }
        return all;
    }

    /** The shape of outputs that are joined along the last axis. */
    private Shape joined(Shape... parts) {
        int[] extents = parts[0].toArray();
        int last = extents.length - 1;
        for (int i = 1; i < parts.length; i++) {
            int[] other = parts[i].toArray();
            if (other.length != extents.length
                    || !Arrays.equals(Arrays.copyOf(other, last), Arrays.copyOf(extents, last))) {
                throw new ShapeMismatchException(
                        name(), parts[i], parts[0] + " except for the last axis (outputs side by side)");
            }
            extents[last] += other[last];
        }
        return Shape.of(extents);
    }

    @Override
    public int classes() {
        return Checks.classes(layers);
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        OutputRange all = layers.get(0).outputRange(input);
        for (Layer layer : layers.subList(1, layers.size())) {
            all = all.or(layer.outputRange(input), this);
        }
        return all;
    }

    @Override
    public void checkTrainingInput(Shape input) {
        layers.forEach(layer -> layer.checkTrainingInput(input));
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Backend backend = x.backend();
        Tensor[] parts = new Tensor[layers.size()];
        Shape[] shapes = new Shape[parts.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = layers.get(i).forward(x, pass.scope(this, i));
            shapes[i] = parts[i].shape();
        }
        pass.keep(this, shapes);
        return sideBySide(parts, x, joined(shapes), backend, pass);
    }

    private static Tensor sideBySide(Tensor[] parts, Tensor given, Shape shape, Backend backend, Pass pass) {
        Tensor all = pass.empty(shape);
        int column = 0;
        for (Tensor part : parts) {
            backend.copyColumns(part, 0, all, column, part.axis(-1));
            column += part.axis(-1);
            if (part.storage() != given.storage()) {
                pass.recycle(part);
            }
        }
        return all;
    }

    /** Takes the columns of each layer out of a tensor. */
    private static Tensor[] apart(Tensor all, Shape[] shapes, Pass pass) {
        Tensor[] parts = new Tensor[shapes.length];
        int column = 0;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = pass.scratch(shapes[i]);
            all.backend().copyColumns(all, column, parts[i], 0, shapes[i].axis(-1));
            column += shapes[i].axis(-1);
        }
        return parts;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Shape[] shapes = pass.kept(this, Shape[].class);
        Checks.gradient(this, dy, joined(shapes));
        Tensor[] dys = apart(dy, shapes, pass);
        Tensor dx = null;
        for (int i = 0; i < dys.length; i++) {
            Tensor part = layers.get(i).backward(dys[i], pass.scope(this, i), wanted);
            dx = part == null ? dx : sum(dx, part, pass);
        }
        return dx;
    }

    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        Tensor[] dys = apart(dy, pass.kept(this, Shape[].class), pass);
        Tensor gradient = null;
        for (int i = 0; i < dys.length; i++) {
            Tensor part = layers.get(i).tangentGradient(direction, dys[i], pass.scope(this, i), wanted);
            gradient = part == null ? gradient : sum(gradient, part, pass);
        }
        return gradient;
    }

    /**
     * Adds a part to the sum. The first part is copied: a layer may return the gradient that it was given, and that
     * memory is scratch of this layer.
     */
    private static Tensor sum(Tensor sum, Tensor part, Pass pass) {
        Tensor all = sum == null ? pass.empty(part.shape()) : sum;
        if (sum == null) {
            part.backend().copy(part, all);
        } else {
            part.backend().add(sum, part, all);
        }
        pass.recycle(part);
        return all;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Shape[] shapes = pass.kept(this, Shape[].class);
        Tensor[] parts = new Tensor[shapes.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = layers.get(i).tangent(direction, pass.scope(this, i));
        }
        return sideBySide(parts, direction, joined(shapes), direction.backend(), pass);
    }

    @Override
    public List<Parameter> parameters() {
        return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
    }

    @Override
    public List<Buffer> buffers() {
        return layers.stream().flatMap(layer -> layer.buffers().stream()).toList();
    }

    /** The names are the place of the layer, then the layer's own name, such as {@code 1.weight}. */
    @Override
    public Map<String, State> state() {
        Map<String, State> state = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            String prefix = i + ".";
            layers.get(i).state().forEach((name, value) -> state.put(prefix + name, value));
        }
        return state;
    }

    @Override
    public void to(Backend backend) {
        layers.forEach(layer -> layer.to(backend));
    }
}
