package io.github.grisaille.tensor;

/** Memory for float32 values that belongs to one backend; only that backend looks inside. */
public interface Storage {
    Backend backend();

    /** The number of values. */
    int size();
}
