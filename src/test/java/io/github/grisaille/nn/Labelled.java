package io.github.grisaille.nn;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/** A layer that gets its labels without a trainer: its forward puts them into the pass. */
record Labelled(Layer inner, Tensor labels) implements Layer {
    /** Rows of random probabilities: 0, or from 0 to 1 with a sum of 1. */
    static Tensor probabilities(long seed, int batch, int classes) {
        float[] values = Samples.normal(seed * 7 + 3, batch, classes).toArray();
        for (int row = 0; row < batch; row++) {
            values[row * classes] = Math.abs(values[row * classes]) + 0.1f;
            float sum = 0;
            for (int k = row * classes; k < (row + 1) * classes; k++) {
                values[k] = Math.max(0, values[k]);
                sum += values[k];
            }
            for (int k = row * classes; k < (row + 1) * classes; k++) {
                values[k] /= sum;
            }
        }
        return Tensor.of(values, batch, classes);
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public Shape outputShape(Shape input) {
        return inner.outputShape(input);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return inner.forward(x, pass.labels(labels));
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        return inner.backward(dy, pass, wanted);
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return inner.tangent(direction, pass);
    }

    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return inner.tangentGradient(direction, dy, pass, wanted);
    }

    @Override
    public List<Parameter> parameters() {
        return inner.parameters();
    }
}
