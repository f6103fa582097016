package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/** Values that a layer updates itself and no optimiser trains, such as running statistics. */
public final class Buffer extends State {
    private Tensor value;

    Buffer(String name, Shape shape, float initial) {
        super(name, shape);
        value = Backend.cpu().empty(shape);
        value.backend().fill(initial, value);
    }

    @Override
    public Tensor value() {
        return value;
    }

    @Override
    void replace(Tensor moved) {
        value = moved;
    }
}
