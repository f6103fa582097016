package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Dropout (Srivastava et al. 2014). When training, each value becomes 0 with probability rate. Otherwise it is divided
 * by 1 − rate, so its expected value stays the same. When evaluating, nothing changes. Gradient: dy times the same
 * factors.
 */
public final class Dropout implements Layer {
    /** The factors of one forward; null if nothing was dropped. */
    private record Memory(Shape shape, Tensor mask) {}

    private final float rate;

    /**
     * @param rate the probability of dropping a value, from 0 to less than 1
     */
    public Dropout(float rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("Dropout: rate must be from 0 to less than 1; got " + rate);
        }
        this.rate = rate;
    }

    @Override
    public String name() {
        return "Dropout(" + rate + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    /** When training, a value is 0 or 1 / (1 − rate) times the input's value. */
    @Override
    public OutputRange outputRange(OutputRange input) {
        if (!input.known()) {
            return input;
        }
        double scale = 1 / (1.0 - rate);
        return rate == 0
                ? input
                : input.ends(Math.min(0, input.low() * scale), Math.max(0, input.high() * scale), this);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        if (!pass.training() || rate == 0) {
            pass.keep(this, new Memory(x.shape(), null));
            return x;
        }
        Tensor mask = pass.scratch(x.shape());
        Tensor y = pass.empty(x.shape());
        x.backend().dropout(pass.random(), rate, x, mask, y);
        pass.keep(this, new Memory(x.shape(), mask));
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Memory memory = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, memory.shape);
        return wanted.input() ? timesMask(dy, memory, pass) : null;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return timesMask(direction, pass.kept(this, Memory.class), pass);
    }

    private static Tensor timesMask(Tensor direction, Memory memory, Pass pass) {
        if (memory.mask == null) {
            return direction;
        }
        Tensor product = pass.empty(direction.shape());
        direction.backend().multiply(direction, memory.mask, product);
        return product;
    }

    /** The layer is linear once its factors are drawn. So its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
