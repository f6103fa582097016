package io.github.grisaille.bench;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.tensor.Tensor;

/** The first items of a data set. */
record FirstItems(Dataset all, int size) implements Dataset {
    /** Takes as many items as the steps need, so that a short run ends after them. */
    static Dataset forSteps(Dataset data, long steps, int batch) {
        return new FirstItems(data, (int) Math.min(data.size(), steps * batch));
    }

    @Override
    public int[] shape() {
        return all.shape();
    }

    @Override
    public void read(int index, float[] target, int offset) {
        all.read(index, target, offset);
    }

    @Override
    public void read(int[] indices, Tensor batch) {
        all.read(indices, batch);
    }
}
