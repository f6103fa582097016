package io.github.grisaille.nn;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/** A function f applied to each value: y = f(x), dx = dy ⊙ f′(x). {@link Activation.Kind} has the formulas. */
public final class ActivationLayer implements Layer {
    /** With y in the place of x, where the layer before applied f itself. */
    private record Memory(Tensor x, Tensor y) {}

    private final String name;
    private final Activation f;

    ActivationLayer(String name, Activation f) {
        this.name = name;
        this.f = f;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    /** The functions rise, so the ends of the input's range go to those of the output's. */
    @Override
    public OutputRange outputRange(OutputRange input) {
        OutputRange from = input.known() ? input : OutputRange.any(this);
        OutputRange to = from.ends(f.of(from.low()), f.of(from.high()), this);
        boolean rises = f.slope() >= 0;
        return rises && (input.known() || to.bounded()) ? to : OutputRange.unknown();
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor y = pass.empty(x.shape());
        x.backend().activate(f, x, y);
        pass.keep(this, new Memory(x, y));
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Memory memory = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, memory.y.shape());
        return wanted.input() ? timesDerivative(dy, memory, pass) : null;
    }

    /** Whether the layer before this can apply f itself. */
    boolean derivativesFromOutput() {
        return f.derivativesFromOutput();
    }

    /** The forward of a layer and then of this, in one; either keeps in its own scope what it needs. */
    Tensor forwardWith(FusesActivation layer, Tensor x, Pass layers, Pass own) {
        Tensor y = layer.forward(x, f, layers);
        own.keep(this, new Memory(y, y));
        return y;
    }

    /** The backward of this and then of the layer before. */
    Tensor backwardWith(FusesActivation layer, Tensor dy, Pass layers, Pass own, Wanted wanted) {
        Memory memory = own.kept(this, Memory.class);
        Checks.gradient(this, dy, memory.y.shape());
        return layer.backward(dy, f, memory.y, layers, wanted);
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return timesDerivative(direction, pass.kept(this, Memory.class), pass);
    }

    /** dy ⊙ direction ⊙ f″(x), which is 0 everywhere for (leaky) ReLU. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        if (f.piecewiseLinear() || !wanted.input()) {
            return null;
        }
        Memory memory = pass.kept(this, Memory.class);
        Tensor gradient = pass.empty(direction.shape());
        direction.backend().activateCurvature(f, memory.x, memory.y, dy, direction, gradient);
        return gradient;
    }

    boolean isRelu() {
        return f.kind() == Activation.Kind.RELU;
    }

    /** For a ReLU: how many columns had a value above 0 in this pass's forward; one value. */
    Tensor activeColumns(Pass pass) {
        Tensor y = pass.kept(this, Memory.class).y;
        Tensor sums = pass.scratch(Shape.of(y.axis(-1)));
        Tensor ones = pass.scratch(sums.shape());
        Tensor active = pass.scratch(sums.shape());
        Tensor count = pass.scratch(Shape.of(1));
        y.backend().columnSums(y, false, sums);
        y.backend().fill(1, ones);
        y.backend().activateGradient(f, sums, sums, ones, active);
        y.backend().sum(active, count);
        return count;
    }

    int columns(Pass pass) {
        return pass.kept(this, Memory.class).y.axis(-1);
    }

    private Tensor timesDerivative(Tensor direction, Memory memory, Pass pass) {
        Tensor product = pass.empty(direction.shape());
        direction.backend().activateGradient(f, memory.x, memory.y, direction, product);
        return product;
    }
}
