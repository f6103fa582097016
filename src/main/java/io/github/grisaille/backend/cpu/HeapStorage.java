package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Storage;

/** Values in a Java array. */
record HeapStorage(JavaBackend backend, float[] values) implements Storage {
    @Override
    public int size() {
        return values.length;
    }
}
