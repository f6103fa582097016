package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Layers one after another. Forward applies them in order. Backward is the chain rule in reverse order.
 *
 * <p>Dense layers, convolutions and batch normalisations apply the activation after them themselves, while their output
 * is still in a cache. The values are the same as with two separate layers.
 *
 * <p>Parameters without values are drawn at their first use: the k-th parameter from stream k of seed 0. {@link
 * #initialize} draws all parameters from another seed.
 */
public final class Sequential implements Layer {
    private final Places places;
    private final FusionPlan plan;
    private final DoubleBackward doubleBackward;

    /**
     * @throws ShapeMismatchException if a layer is known to be unable to take what the layer before it makes
     * @throws IllegalArgumentException if two layers read labels with different numbers of classes
     */
    public Sequential(Layer... layers) {
        if (layers.length == 0) {
            throw new IllegalArgumentException("a Sequential needs at least one layer");
        }
        this.places = new Places(this, 0, List.of(layers));
        this.plan = new FusionPlan(places);
        this.doubleBackward = new DoubleBackward(places);
        List<Parameter> parameters = parameters();
        for (int k = 0; k < parameters.size(); k++) {
            parameters.get(k).drawFrom(new RandomStream(0, k));
        }
        makes(PartialShape.ANY);
        classes();
    }

    private Sequential(Places places) {
        this.places = places;
        this.plan = new FusionPlan(places);
        this.doubleBackward = new DoubleBackward(places);
    }

    /**
     * Layers {@code from} … {@code to − 1} as a network that shares them, such as the features of a discriminator or
     * the encoder of an autoencoder. The slice can run backward in a pass in which the whole network ran forward, and
     * the other way round.
     */
    public Sequential slice(int from, int to) {
        if (from < 0 || to > places.size() || from >= to) {
            throw new IllegalArgumentException("slice(" + from + ", " + to + ") of " + places.size()
                    + " layers: from must be at least 0 and less than to, and to must be at most " + places.size());
        }
        return new Sequential(places.slice(from, to));
    }

    public List<Layer> layers() {
        return places.layers();
    }

    /** The scope in which layer i of this network, counted from 0, keeps what it needs in a pass of this network. */
    public Pass scope(int i, Pass pass) {
        return places.scope(i, pass);
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
        return "Sequential(" + places.size() + " layers)";
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape shape = input;
        for (int i = 0; i < places.size(); i++) {
            try {
                shape = places.layer(i).outputShape(shape);
            } catch (ShapeMismatchException mismatch) {
                throw mismatch.at(places.name(i));
            }
        }
        return shape;
    }

    /** What the first layer takes. If that depends on the layers after it, they are asked too. */
    @Override
    public PartialShape takes() {
        return takes(PartialShape.ANY);
    }

    @Override
    public PartialShape takes(PartialShape output) {
        PartialShape taken = output;
        for (int i = places.size() - 1; i >= 0; i--) {
            taken = places.layer(i).takes(taken);
        }
        return taken;
    }

    @Override
    public int classes() {
        return Checks.classes(places.layers());
    }

    @Override
    public PartialShape makes(PartialShape input) {
        PartialShape known = input;
        // the last layer that changed what is known
        int source = -1;
        for (int i = 0; i < places.size(); i++) {
            try {
                PartialShape made = Checks.makes(places.layer(i), known);
                source = made.equals(known) ? source : i;
                known = made;
            } catch (ShapeMismatchException mismatch) {
                ShapeMismatchException placed = mismatch.at(places.name(i));
                throw source < 0
                        ? placed
                        : placed.from(
                                places.name(source) + " " + places.layer(source).name());
            }
        }
        return known;
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        OutputRange range = input;
        for (int i = 0; i < places.size(); i++) {
            OutputRange before = range;
            range = places.layer(i).outputRange(before);
            if (range != before && range.known()) {
                range = range.at(places.name(i));
            }
        }
        return range;
    }

    /** The range of this network's outputs, for any input. */
    public OutputRange outputRange() {
        return outputRange(OutputRange.unknown());
    }

    @Override
    public void checkTrainingInput(Shape input) {
        Shape shape = input;
        for (int i = 0; i < places.size(); i++) {
            try {
                places.layer(i).checkTrainingInput(shape);
                shape = places.layer(i).outputShape(shape);
            } catch (ShapeMismatchException mismatch) {
                throw mismatch.at(places.name(i));
            }
        }
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        List<Tensor> inner = new ArrayList<>();
        Tensor y = x;
        for (int k = 0; k < plan.size(); k++) {
            FusionPlan.Step step = plan.step(k);
            try {
                y = step.forward(y, pass);
            } catch (ShapeMismatchException mismatch) {
                throw mismatch.at(places.name(step.first()));
            }
            inner.add(y);
        }
        pass.recycleInner(inner, x, y);
        return y;
    }

    /**
     * If only parameters are wanted, no layer below the first trainable one is asked for anything. The layers above it
     * are asked for both gradients.
     */
    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        int end = wanted.input() ? 0 : places.firstTrainable();
        List<Tensor> inner = new ArrayList<>();
        Tensor gradient = dy;
        for (int k = plan.size() - 1; k >= 0 && plan.step(k).first() >= end; k--) {
            FusionPlan.Step step = plan.step(k);
            Wanted here = step.first() > end ? wanted.andInput() : wanted;
            try {
                gradient = step.backward(gradient, pass, here);
            } catch (ShapeMismatchException mismatch) {
                throw mismatch.at(places.name(step.last()));
            }
            if (gradient != null) {
                inner.add(gradient);
            }
        }
        Tensor dx = wanted.input() ? gradient : null;
        pass.recycleInner(inner, dy, dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        List<Tensor> inner = new ArrayList<>();
        Tensor tangent = direction;
        for (int i = 0; i < places.size(); i++) {
            tangent = places.layer(i).tangent(tangent, places.scope(i, pass));
            inner.add(tangent);
        }
        pass.recycleInner(inner, direction, tangent);
        return tangent;
    }

    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return doubleBackward.tangentGradient(direction, dy, pass, wanted);
    }

    /**
     * Adds the parameters' gradients of a loss that depends on this network's input gradient v. Gradient penalties are
     * such losses. It needs no second automatic differentiation: if u is the loss's gradient for v, then Σ u ⊙ v = Σ dy
     * ⊙ tangent(u). That is differentiated layer by layer with {@link Layer#tangentGradient}, while u is held constant.
     *
     * @param dy the gradient for the output that v comes from, such as ones
     * @param loss takes v and returns u, of the same shape
     */
    public void backwardThroughInputGradient(Tensor dy, UnaryOperator<Tensor> loss, Pass pass) {
        doubleBackward.throughInputGradient(dy, loss, pass);
    }

    /** The output for an input, in evaluation mode. It opens a pass of its own, so it can be called at any time. */
    public Tensor predict(Tensor x) {
        return predict(x, null);
    }

    /**
     * The output for an input and its labels, in evaluation mode.
     *
     * @param labels one row for each item, (batch, classes), such as one-hot rows; see {@link Pass#labels(Tensor)}
     */
    public Tensor predict(Tensor x, Tensor labels) {
        try (Pass pass = Pass.evaluating(x.backend()).labels(labels)) {
            return forward(x, pass);
        }
    }

    /**
     * The output for many inputs, in evaluation mode. Only {@code batch} inputs are computed at a time, so the memory for
     * inner layers does not grow with the number of inputs.
     *
     * @param batch the number of inputs computed at a time, at least 1
     */
    public Tensor predict(Tensor x, int batch) {
        return Sampling.predict(this, x, batch);
    }

    /**
     * What this network, as a generator, makes from codes drawn from N(0, I), in evaluation mode. The codes have the shape
     * that the first layer takes; for a transposed convolution this is one pixel, 1×1×channels. The same seed gives the
     * same codes on every backend.
     *
     * @param count the number of samples, at least 1
     * @return (count, shape of a sample), on the backend of this network
     * @throws IllegalStateException if the first layer takes items of more than one shape
     */
    public Tensor sample(int count, long seed) {
        return Sampling.sample(this, count, seed);
    }

    @Override
    public List<Parameter> parameters() {
        return distinct(places.layers().stream().flatMap(layer -> layer.parameters().stream()));
    }

    @Override
    public List<Buffer> buffers() {
        return distinct(places.layers().stream().flatMap(layer -> layer.buffers().stream()));
    }

    /** All parameters and buffers by name, such as {@code 0.weight}: the place of the layer, then the layer's own name. */
    @Override
    public Map<String, State> state() {
        Map<String, State> state = new LinkedHashMap<>();
        for (int i = 0; i < places.size(); i++) {
            String prefix = places.first() + i + ".";
            places.layer(i).state().forEach((name, value) -> state.put(prefix + name, value));
        }
        return state;
    }

    @Override
    public void to(Backend backend) {
        places.layers().forEach(layer -> layer.to(backend));
    }

    /** Freezes every parameter. Gradients still pass through this network, but training does not change it. */
    public Sequential freeze() {
        parameters().forEach(Parameter::freeze);
        return this;
    }

    /** Ends {@link #freeze}. */
    public Sequential unfreeze() {
        parameters().forEach(Parameter::unfreeze);
        return this;
    }

    /** The backend that the parameters are on. */
    public Backend backend() {
        return parameters().stream()
                .findFirst()
                .map(parameter -> parameter.value().backend())
                .orElseGet(Backend::cpu);
    }

    /**
     * The output shape and the number of parameters of each layer, for items of the shape that the network takes.
     *
     * @throws IllegalStateException if the network takes items of more than one shape
     */
    public NetworkSummary summary() {
        Shape item = takes().item();
        if (item == null) {
            throw new IllegalStateException(
                    places.layer(0).name() + " takes items of many shapes: give one, as in summary(64, 64, 3)");
        }
        return NetworkSummary.of(this, item);
    }

    /** The output shape and the number of parameters of each layer, for items of this shape. */
    public NetworkSummary summary(int... item) {
        return NetworkSummary.of(this, Shape.of(item));
    }

    @Override
    public String toString() {
        return name() + ", " + parameterCount() + " parameters";
    }

    private static <T> List<T> distinct(Stream<T> values) {
        Set<T> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return values.filter(seen::add).toList();
    }
}
