package io.github.grisaille.tensor;

/**
 * What a primitive does to its result before it stores it. It adds a bias to each column, and then applies an
 * activation.
 *
 * @param bias one value for each column, or null for none
 * @param activation an activation that can follow a primitive ({@link Activation#following}), or null for none
 */
public record Epilogue(Tensor bias, Activation activation) {
    /** No bias and no activation. */
    public static final Epilogue NONE = new Epilogue(null, null);

    /** A bias and no activation. */
    public static Epilogue bias(Tensor bias) {
        return new Epilogue(bias, null);
    }

    /** An activation and no bias. */
    public static Epilogue activation(Activation activation) {
        return new Epilogue(null, activation);
    }
}
