package io.github.grisaille.backend;

import io.github.grisaille.tensor.Tensor;
import java.util.List;
import java.util.function.Consumer;

/** Copies values into tensors and out of them. {@link CheckedBackend} has checked the arguments. */
public interface Transfers {
    void write(float[] values, Tensor y);

    void write(Consumer<float[]> writer, Tensor y);

    /** @param width the number of bytes in an item */
    void writeBytes(byte[] bytes, int[] items, int width, float[] levels, Tensor y);

    float[] read(Tensor x);

    float[] readEach(List<Tensor> ones);
}
