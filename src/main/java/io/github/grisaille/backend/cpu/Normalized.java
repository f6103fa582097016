package io.github.grisaille.backend.cpu;

import static io.github.grisaille.backend.cpu.HeapStorage.values;

import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.Tensor;

/**
 * A matrix x of rows × columns and the moments that normalise it. There is one pair of moments for each column, or one
 * for each row.
 */
record Normalized(float[] x, int rows, int columns, float[] mean, float[] variance, float epsilon) {
    static Normalized byColumns(Tensor x, Moments m) {
        return new Normalized(
                values(x), x.shape().rows(), x.axis(-1), values(m.mean()), values(m.variance()), m.epsilon());
    }

    static Normalized byItems(Tensor x, Moments m) {
        return new Normalized(
                values(x), x.axis(0), x.size() / x.axis(0), values(m.mean()), values(m.variance()), m.epsilon());
    }

    int size() {
        return rows * columns;
    }
}
