package io.github.grisaille.tensor;

/** What a primitive does with the values that its destination holds. */
public enum Write {
    /** It replaces them with the result. */
    REPLACE,
    /** It adds the result to them. */
    ADD;

    /** Whether the result is added to the old values. */
    public boolean adds() {
        return this == ADD;
    }
}
