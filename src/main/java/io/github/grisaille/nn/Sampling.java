package io.github.grisaille.nn;

import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/** Runs a network over many inputs, in pieces, so that memory stays small. */
final class Sampling {
    /** The number of samples that a generator makes at a time. */
    private static final int BATCH = 250;

    private Sampling() {}

    static Tensor sample(Sequential generator, int count, long seed) {
        Checks.positive("sample", "count", count);
        Shape code = code(generator);
        Tensor z = generator.backend().empty(code.batchOf(count));
        generator.backend().normal(new RandomStream(seed, 0), 0, 1, z);
        return predict(generator, z, BATCH);
    }

    /** The shape of a code: what the first layer takes. A transposed convolution takes a code as one pixel. */
    private static Shape code(Sequential generator) {
        Layer first = generator.layers().get(0);
        if (first instanceof ConvTranspose2d) {
            return Shape.of(1, 1, first.takes().extent(-1));
        }
        Shape code = generator.takes().item();
        if (code == null) {
            throw new IllegalStateException("sample(count, seed) needs to know the shape of a code, and " + first.name()
                    + " takes items of many shapes: draw codes of one shape, as in"
                    + " Latent.normal(100).sample(generator, count, seed)");
        }
        return code;
    }

    static Tensor predict(Sequential network, Tensor x, int batch) {
        Checks.positive("predict", "batch size", batch);
        int items = x.axis(0);
        if (items <= batch) {
            return network.predict(x);
        }
        Tensor[] made = new Tensor[(items + batch - 1) / batch];
        for (int i = 0; i < made.length; i++) {
            made[i] = network.predict(x.rows(i * batch, Math.min(items, (i + 1) * batch)));
        }
        return Tensor.concat(made);
    }
}
