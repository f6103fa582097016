package io.github.grisaille.nn;

/** What a backward must compute. No gradient is computed that nobody reads. */
public enum Wanted {
    /** Only the gradient for the layer's input. Training a generator through a discriminator needs this. */
    INPUT,
    /** Only the gradients of the layer's parameters. */
    PARAMETERS,
    /** Both. */
    BOTH;

    /**
     * The same, and also the gradient for the input. Layers above another layer that needs a gradient are asked for
     * this.
     */
    Wanted andInput() {
        return this == PARAMETERS ? BOTH : this;
    }

    /** Whether the gradient for the input is wanted. */
    public boolean input() {
        return this != PARAMETERS;
    }

    /** Whether the gradients of the parameters are wanted. */
    public boolean parameters() {
        return this != INPUT;
    }
}
