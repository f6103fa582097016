package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.nn.Sequential;

/** The exclusive or: the smallest task that needs a hidden layer. */
final class Xor {
    static final ArrayDataset INPUTS = new ArrayDataset(new float[] {0, 0, 0, 1, 1, 0, 1, 1}, 2);

    static final ArrayDataset TARGETS = new ArrayDataset(new float[] {0, 1, 1, 0}, 1);

    private Xor() {}

    static Sequential network() {
        return sequential(dense(2, 8), tanh(), dense(8, 1)).initialize(1);
    }
}
