package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Applies a {@link Corruption} to its input when training, with new random numbers in each forward. When evaluating, it
 * changes nothing. Gradient: dx = dy ⊙ ∂y/∂x. The derivative is 1 for added noise, and 0 for values that were replaced.
 */
public final class CorruptionLayer implements Layer {
    /** The derivative of each value; null if it is 1 everywhere. */
    private record Memory(Shape shape, Tensor derivative) {}

    private final Corruption corruption;

    CorruptionLayer(Corruption corruption) {
        this.corruption = corruption;
    }

    @Override
    public String name() {
        return "Corrupt(" + corruption.name() + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        if (!pass.training()) {
            pass.keep(this, new Memory(x.shape(), null));
            return x;
        }
        Tensor y = pass.empty(x.shape());
        pass.keep(this, new Memory(x.shape(), corruption.corrupt(x, pass.random(), y, pass::scratch)));
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Memory memory = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, memory.shape);
        return wanted.input() ? timesDerivative(dy, memory, pass) : null;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return timesDerivative(direction, pass.kept(this, Memory.class), pass);
    }

    private static Tensor timesDerivative(Tensor direction, Memory memory, Pass pass) {
        if (memory.derivative == null) {
            return direction;
        }
        Tensor product = pass.empty(direction.shape());
        direction.backend().multiply(direction, memory.derivative, product);
        return product;
    }
}
