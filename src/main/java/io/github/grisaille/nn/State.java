package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/** Named values that a layer carries from step to step. A checkpoint must hold them. */
public abstract sealed class State permits Parameter, Buffer {
    private final String name;
    private final Shape shape;

    State(String name, Shape shape) {
        this.name = name;
        this.shape = shape;
    }

    /** The name within its layer, such as {@code weight}. */
    public final String name() {
        return name;
    }

    public final Shape shape() {
        return shape;
    }

    /** The values themselves. Layers and optimisers overwrite them in place. */
    public abstract Tensor value();

    abstract void replace(Tensor value);

    /** Moves the values to a backend. */
    public void to(Backend backend) {
        if (value().backend() != backend) {
            replace(value().to(backend));
        }
    }

    /** Overwrites the values with a copy of these. */
    public final void set(float... values) {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(
                    name + " has shape " + shape + ", so it needs " + shape.size() + " values; got " + values.length);
        }
        value().backend().write(values, value());
    }
}
