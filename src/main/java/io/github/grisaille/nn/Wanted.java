package io.github.grisaille.nn;

/** What a backward pass is for; nobody computes a gradient that nobody reads. */
public enum Wanted {
    /** The gradient for the layer's input only: training a generator through a discriminator asks for this. */
    INPUT,
    /** The gradients of the layer's parameters only. */
    PARAMETERS,
    /** Both. */
    BOTH;

    public boolean input() {
        return this != PARAMETERS;
    }

    public boolean parameters() {
        return this != INPUT;
    }
}
