package io.github.grisaille.train.gan;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/** A small game: a generator of single values that has to find a bell curve. */
final class Bell {
    private Bell() {}

    /** Values around 3 with deviation 0.5. */
    static ArrayDataset bell() {
        Tensor values = Backend.cpu().empty(Shape.of(2048, 1));
        Backend.cpu().normal(new RandomStream(1, 50), 3, 0.5f, values);
        return new ArrayDataset(values.toArray(), 1);
    }

    static Sequential generator() {
        return sequential(dense(4, 16), tanh(), dense(16, 1)).initialize(1);
    }

    static Sequential discriminator() {
        return sequential(dense(1, 16), tanh(), dense(16, 1)).initialize(2);
    }
}
