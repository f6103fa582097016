package io.github.grisaille.train;

import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/** A layer of a user's own, which does what another does and says nothing of its outputs. */
public record HandMade(Layer inner) implements Layer {
    @Override
    public String name() {
        return "HandMade";
    }

    @Override
    public Shape outputShape(Shape input) {
        return inner.outputShape(input);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return inner.forward(x, pass);
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        return inner.backward(dy, pass, wanted);
    }
}
