package io.github.grisaille.nn;

import io.github.grisaille.tensor.RandomStream;

/** Writes the initial values of a parameter. */
@FunctionalInterface
public interface Initializer {
    void fill(Parameter parameter, RandomStream random);
}
