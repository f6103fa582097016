package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Layers one after another: forward applies them in order, backward is the chain rule in reverse order. Dense layers,
 * convolutions and batch normalisations apply the activation after them themselves, while their outputs are in a cache;
 * the values are those of two layers.
 *
 * <p>Parameters that have no values when they are first used are drawn then, the k-th from stream k of seed 0; {@link
 * #initialize} draws all of them, from another seed.
 */
public final class Sequential implements Layer {
    private final Layer root;
    private final int first;
    private final List<Layer> layers;

    /**
     * @throws ShapeMismatchException if a layer cannot take what those before it make, as far as they say it without an
     *     input
     */
    public Sequential(Layer... layers) {
        if (layers.length == 0) {
            throw new IllegalArgumentException("a Sequential needs at least one layer");
        }
        this.root = this;
        this.first = 0;
        this.layers = List.of(layers);
        List<Parameter> parameters = parameters();
        for (int k = 0; k < parameters.size(); k++) {
            parameters.get(k).drawFrom(new RandomStream(0, k));
        }
        makes(PartialShape.ANY);
    }

    private Sequential(Layer root, int first, List<Layer> layers) {
        this.root = root;
        this.first = first;
        this.layers = layers;
    }

    /**
     * Layers {@code from} … {@code to − 1} as a network that shares them: the features of a discriminator, the encoder of
     * an autoencoder. Its backward works in a pass of the whole network, and the other way round.
     */
    public Sequential slice(int from, int to) {
        if (from < 0 || to > layers.size() || from >= to) {
            throw new IllegalArgumentException("slice(" + from + ", " + to + ") of " + layers.size()
                    + " layers: from is at least 0 and less than to, and to at most " + layers.size());
        }
        return new Sequential(root, first + from, layers.subList(from, to));
    }

    public List<Layer> layers() {
        return layers;
    }

    /** Draws every parameter by its layer's initialiser, the k-th from stream k of this seed. */
    public Sequential initialize(long seed) {
        List<Parameter> parameters = parameters();
        for (int k = 0; k < parameters.size(); k++) {
            parameters.get(k).initialize(new RandomStream(seed, k));
        }
        return this;
    }

    /** Draws every parameter by one rule, the k-th from stream k of this seed. */
    public Sequential initialize(Initializer rule, long seed) {
        List<Parameter> parameters = parameters();
        for (int k = 0; k < parameters.size(); k++) {
            parameters.get(k).initialize(rule, new RandomStream(seed, k));
        }
        return this;
    }

    @Override
    public String name() {
        return "Sequential(" + layers.size() + " layers)";
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape shape = input;
        for (int i = 0; i < layers.size(); i++) {
            try {
                shape = layers.get(i).outputShape(shape);
            } catch (ShapeMismatchException mismatch) {
                throw mismatch.at(place(i));
            }
        }
        return shape;
    }

    /** What the first layer takes. */
    @Override
    public PartialShape takes() {
        return layers.get(0).takes();
    }

    @Override
    public PartialShape makes(PartialShape input) {
        PartialShape known = input;
        // the last layer that changed what was known
        int source = -1;
        for (int i = 0; i < layers.size(); i++) {
            try {
                PartialShape made = Checks.makes(layers.get(i), known);
                source = made.equals(known) ? source : i;
                known = made;
            } catch (ShapeMismatchException mismatch) {
                ShapeMismatchException placed = mismatch.at(place(i));
                throw source < 0
                        ? placed
                        : placed.from(place(source) + " " + layers.get(source).name());
            }
        }
        return known;
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        OutputRange range = input;
        for (int i = 0; i < layers.size(); i++) {
            OutputRange before = range;
            range = layers.get(i).outputRange(before);
            if (range != before && range.known()) {
                range = range.at(place(i));
            }
        }
        return range;
    }

    /** The values that this network's outputs can have, whatever comes in. */
    public OutputRange outputRange() {
        return outputRange(OutputRange.unknown());
    }

    @Override
    public void checkTrainingInput(Shape input) {
        Shape shape = input;
        for (int i = 0; i < layers.size(); i++) {
            try {
                layers.get(i).checkTrainingInput(shape);
                shape = layers.get(i).outputShape(shape);
            } catch (ShapeMismatchException mismatch) {
                throw mismatch.at(place(i));
            }
        }
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        List<Tensor> inner = new ArrayList<>();
        Tensor y = x;
        int i = 0;
        while (i < layers.size()) {
            ActivationLayer after = activationOf(i);
            Layer layer = layers.get(i);
            Pass scope = pass.scope(root, first + i);
            try {
                y = after == null
                        ? layer.forward(y, scope)
                        : after.forwardWith((FusesActivation) layer, y, scope, pass.scope(root, first + i + 1));
            } catch (ShapeMismatchException mismatch) {
                throw mismatch.at(place(i));
            }
            inner.add(y);
            i += after == null ? 1 : 2;
        }
        recycleAllBut(x, y, inner, pass);
        return y;
    }

    /** The activation after layer i where that layer applies it itself, and else null. */
    private ActivationLayer activationOf(int i) {
        if (i + 1 < layers.size()
                && layers.get(i) instanceof FusesActivation
                && layers.get(i + 1) instanceof ActivationLayer after
                && after.derivativesFromOutput()) {
            return after;
        }
        return null;
    }

    /** Where only parameters are wanted, layers above the first trainable one are asked for both, and those below it for nothing. */
    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        int last = wanted.input() ? 0 : firstTrainable();
        List<Tensor> inner = new ArrayList<>();
        Tensor gradient = dy;
        int i = layers.size() - 1;
        while (i >= last) {
            ActivationLayer after = i > last ? activationOf(i - 1) : null;
            int own = after == null ? i : i - 1;
            Layer layer = layers.get(own);
            Pass scope = pass.scope(root, first + own);
            Wanted here = own > last && wanted == Wanted.PARAMETERS ? Wanted.BOTH : wanted;
            try {
                gradient = after == null
                        ? layer.backward(gradient, scope, here)
                        : after.backwardWith(
                                (FusesActivation) layer, gradient, scope, pass.scope(root, first + i), here);
            } catch (ShapeMismatchException mismatch) {
                throw mismatch.at(place(i));
            }
            if (gradient != null) {
                inner.add(gradient);
            }
            i = own - 1;
        }
        Tensor dx = wanted.input() ? gradient : null;
        recycleAllBut(dy, dx, inner, pass);
        return dx;
    }

    private int firstTrainable() {
        int i = 0;
        while (i < layers.size() && !layers.get(i).trainable()) {
            i++;
        }
        return i;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        List<Tensor> inner = new ArrayList<>();
        Tensor tangent = direction;
        for (int i = 0; i < layers.size(); i++) {
            tangent = layers.get(i).tangent(tangent, pass.scope(root, first + i));
            inner.add(tangent);
        }
        recycleAllBut(direction, tangent, inner, pass);
        return tangent;
    }

    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return throughTangents(direction, gradients(dy, pass), pass, wanted);
    }

    /**
     * The gradients of a loss that depends on this network's input gradient v, as gradient penalties do. It needs no
     * second automatic differentiation: if u is the loss's gradient for v, then Σ u ⊙ v = Σ dy ⊙ tangent(u), and that is
     * differentiated layer by layer with {@link Layer#tangentGradient}, u being held still.
     *
     * @param dy the gradient for the output that v comes from, such as ones
     * @param loss takes v and returns u, of the same shape
     */
    public void backwardThroughInputGradient(Tensor dy, UnaryOperator<Tensor> loss, Pass pass) {
        Tensor[] dys = gradients(dy, pass);
        throughTangents(loss.apply(dys[0]), dys, pass, Wanted.PARAMETERS);
    }

    /** What backward hands from layer to layer: the i-th is the gradient for layer i's input, the last one dy. */
    private Tensor[] gradients(Tensor dy, Pass pass) {
        Tensor[] dys = new Tensor[layers.size() + 1];
        dys[layers.size()] = dy;
        for (int i = layers.size() - 1; i >= 0; i--) {
            dys[i] = layers.get(i).backward(dys[i + 1], pass.scope(root, first + i), Wanted.INPUT);
        }
        recycleAllBut(dy, null, List.of(dys), pass);
        return dys;
    }

    /**
     * The chain rule through all tangents. What flows back is the gradient s for each layer's output; it begins where the
     * first tangent depends on its layer's input.
     */
    private Tensor throughTangents(Tensor direction, Tensor[] dys, Pass pass, Wanted wanted) {
        List<Tensor> inner = new ArrayList<>();
        Tensor[] directions = new Tensor[layers.size()];
        directions[0] = direction;
        for (int i = 1; i < directions.length; i++) {
            directions[i] = layers.get(i - 1).tangent(directions[i - 1], pass.scope(root, first + i - 1));
            inner.add(directions[i]);
        }
        int last = wanted.input() ? 0 : firstTrainable();
        Tensor s = null;
        for (int i = layers.size() - 1; i >= last; i--) {
            Wanted here = i > last && wanted == Wanted.PARAMETERS ? Wanted.BOTH : wanted;
            Pass scope = pass.scope(root, first + i);
            Tensor through = s == null ? null : layers.get(i).backward(s, scope, here);
            Tensor own = layers.get(i).tangentGradient(directions[i], dys[i + 1], scope, here);
            s = sum(through, own, pass);
            Stream.of(through, own, s).filter(Objects::nonNull).forEach(inner::add);
        }
        Tensor result = wanted.input() ? s : null;
        recycleAllBut(direction, result, inner, pass);
        return result;
    }

    private static Tensor sum(Tensor a, Tensor b, Pass pass) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        Tensor total = pass.empty(a.shape());
        a.backend().add(a, b, total);
        return total;
    }

    /** Layers may hand on their input itself or a view of it, so what counts is the storage. */
    private static void recycleAllBut(Tensor given, Tensor returned, List<Tensor> inner, Pass pass) {
        for (Tensor tensor : inner) {
            Storage storage = tensor.storage();
            if (storage != given.storage() && (returned == null || storage != returned.storage())) {
                pass.recycle(tensor);
            }
        }
    }

    /** Whether any layer is a ReLU. */
    public boolean hasRelu() {
        return layers.stream()
                .anyMatch(layer -> layer instanceof ActivationLayer activation && activation.isRelu()
                        || layer instanceof Sequential inner && inner.hasRelu());
    }

    /**
     * The share of dead ReLUs in this pass's forward: of the columns (features, or an image's channels) that ReLUs made,
     * those that were 0 for the whole batch. One value, on the device.
     *
     * @throws IllegalStateException if the network has no ReLU
     */
    public Tensor deadShare(Pass pass) {
        if (!hasRelu()) {
            throw new IllegalStateException(name() + " has no ReLU that could be dead");
        }
        Tensor dead = backend().empty(Shape.of(1));
        Tensor active = pass.scratch(dead.shape());
        backend().fill(0, active);
        int columns = addActive(active, pass);
        backend().fill(1, dead);
        backend().scale(active, -1f / columns, active);
        backend().add(dead, active, dead);
        return dead;
    }

    /** Adds the number of active columns, and returns how many there are. */
    private int addActive(Tensor active, Pass pass) {
        int columns = 0;
        for (int i = 0; i < layers.size(); i++) {
            Pass scope = pass.scope(root, first + i);
            if (layers.get(i) instanceof Sequential inner) {
                columns += inner.addActive(active, scope);
            } else if (layers.get(i) instanceof ActivationLayer activation && activation.isRelu()) {
                active.backend().add(active, activation.activeColumns(scope), active);
                columns += activation.columns(scope);
            }
        }
        return columns;
    }

    /** The output for an input, in a pass of its own in evaluation mode. It can be called at any time. */
    public Tensor predict(Tensor x) {
        try (Pass pass = Pass.evaluating(x.backend())) {
            return forward(x, pass);
        }
    }

    @Override
    public List<Parameter> parameters() {
        return distinct(layers.stream().flatMap(layer -> layer.parameters().stream()));
    }

    @Override
    public List<Buffer> buffers() {
        return distinct(layers.stream().flatMap(layer -> layer.buffers().stream()));
    }

    /** All parameters and buffers by name, such as {@code 0.weight}: the place of the layer, then the layer's own name. */
    @Override
    public Map<String, State> state() {
        Map<String, State> state = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            String prefix = first + i + ".";
            layers.get(i).state().forEach((name, value) -> state.put(prefix + name, value));
        }
        return state;
    }

    /** Freezes every parameter: training goes through this network and leaves it as it is. */
    public Sequential freeze() {
        parameters().forEach(Parameter::freeze);
        return this;
    }

    public Sequential unfreeze() {
        parameters().forEach(Parameter::unfreeze);
        return this;
    }

    /** The number of values that all parameters hold. */
    public long parameterCount() {
        return count(parameters());
    }

    /** The backend that the parameters are on. */
    public Backend backend() {
        return parameters().stream()
                .findFirst()
                .map(parameter -> parameter.value().backend())
                .orElseGet(Backend::cpu);
    }

    /** A table of layer, output shape and number of parameters, for items of the shape that the first layer takes. */
    public Table summary() {
        Layer start = layers.get(0);
        while (start instanceof Sequential inner) {
            start = inner.layers.get(0);
        }
        if (start instanceof Dense dense) {
            return summary(dense.in());
        }
        throw new IllegalStateException(
                start.name() + " takes items of many shapes: give one, as in summary(64, 64, 3)");
    }

    /** A table of layer, output shape and number of parameters, for items of this shape. */
    public Table summary(int... item) {
        StringColumn names = StringColumn.create("layer");
        StringColumn shapes = StringColumn.create("output");
        LongColumn counts = LongColumn.create("parameters");
        Shape shape = Shape.of(item).batchOf(1);
        outputShape(shape);
        for (Layer layer : layers) {
            shape = layer.outputShape(shape);
            names.append(layer.name());
            shapes.append(shape.item().toString());
            counts.append(count(layer.parameters()));
        }
        names.append("total");
        shapes.append("");
        counts.append(parameterCount());
        return Table.create("", names, shapes, counts);
    }

    @Override
    public String toString() {
        return name() + ", " + parameterCount() + " parameters";
    }

    private String place(int i) {
        return "layer " + (first + i);
    }

    private static long count(List<Parameter> parameters) {
        return parameters.stream()
                .mapToLong(parameter -> parameter.shape().size())
                .sum();
    }

    private static <T> List<T> distinct(Stream<T> values) {
        Set<T> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return values.filter(seen::add).toList();
    }
}
