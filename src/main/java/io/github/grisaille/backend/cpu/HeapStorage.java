package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;

/** The values of a tensor in a Java array. */
record HeapStorage(Backend backend, float[] values) implements Storage {
    @Override
    public int size() {
        return values.length;
    }

    /** The array of a tensor of a CPU backend. */
    static float[] values(Tensor tensor) {
        return ((HeapStorage) tensor.storage()).values;
    }

    /** The array of a tensor, or null if there is no tensor. */
    static float[] valuesOrNull(Tensor tensor) {
        return tensor == null ? null : values(tensor);
    }
}
