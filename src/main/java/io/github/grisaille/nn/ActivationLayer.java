package io.github.grisaille.nn;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Applies a function f to each value: y = f(x). Gradient: dx = dy ⊙ f′(x). {@link Activation.Kind} has the formulas.
 */
public final class ActivationLayer implements Layer {
    /** The input and the output. If the layer before applied f itself, the input was never stored, and x is y. */
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

    /** The functions are increasing, so they map the ends of the input's range to the ends of the output's range. */
    @Override
    public OutputRange outputRange(OutputRange input) {
        OutputRange from = input.known() ? input : OutputRange.any(this);
        OutputRange to = from.ends(f.of(from.low()), f.of(from.high()), this);
        boolean increasing = f.slope() >= 0;
        return increasing && (input.known() || to.bounded()) ? to : OutputRange.unknown();
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

    /** Whether the layer before this one can apply f itself. */
    boolean derivativesFromOutput() {
        return f.derivativesFromOutput();
    }

    /** The forward of a layer and then of this one, as one primitive. Each keeps what it needs in its own scope. */
    Tensor forwardWith(FusesActivation layer, Tensor x, Pass layerScope, Pass ownScope) {
        Tensor y = layer.forward(x, f, layerScope);
        ownScope.keep(this, new Memory(y, y));
        return y;
    }

    /** The backward of this layer and then of the layer before it, as one primitive. */
    Tensor backwardWith(FusesActivation layer, Tensor dy, Pass layerScope, Pass ownScope, Wanted wanted) {
        Memory memory = ownScope.kept(this, Memory.class);
        Checks.gradient(this, dy, memory.y.shape());
        return layer.backward(dy, f, memory.y, layerScope, wanted);
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return timesDerivative(direction, pass.kept(this, Memory.class), pass);
    }

    /** dy ⊙ direction ⊙ f″(x). It is 0 everywhere for ReLU and leaky ReLU. */
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

    /** The function f. */
    public Activation function() {
        return f;
    }

    /**
     * What this layer's forward returned in this scope of a pass. Its values hold until the pass is closed.
     *
     * @throws IllegalStateException if the scope holds no forward of this layer
     */
    public Tensor output(Pass scope) {
        return scope.kept(this, Memory.class).y;
    }

    private Tensor timesDerivative(Tensor direction, Memory memory, Pass pass) {
        Tensor product = pass.empty(direction.shape());
        direction.backend().activateGradient(f, memory.x, memory.y, direction, product);
        return product;
    }
}
