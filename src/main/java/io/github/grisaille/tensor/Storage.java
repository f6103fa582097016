package io.github.grisaille.tensor;

/** Memory for float32 values. It belongs to one backend, and only this backend reads or writes it. */
public interface Storage {
    Backend backend();

    /** The number of values. */
    int size();
}
