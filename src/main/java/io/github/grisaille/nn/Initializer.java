package io.github.grisaille.nn;

import io.github.grisaille.tensor.RandomStream;

/** Writes a parameter's first values. */
@FunctionalInterface
public interface Initializer {
    void fill(Parameter parameter, RandomStream random);
}
