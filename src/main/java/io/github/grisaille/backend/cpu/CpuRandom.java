package io.github.grisaille.backend.cpu;

import static io.github.grisaille.backend.cpu.HeapStorage.values;

import io.github.grisaille.tensor.RandomPrimitives;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;

/** Random numbers on the CPU. */
final class CpuRandom implements RandomPrimitives {
    private final RandomFill fill;

    CpuRandom(WorkerPool pool, InnerLoops loops) {
        fill = new RandomFill(pool, loops);
    }

    @Override
    public void uniform(RandomStream random, float low, float high, Tensor y) {
        fill.uniform(random, low, high, values(y));
    }

    @Override
    public void normal(RandomStream random, float mean, float deviation, Tensor y) {
        fill.normal(random, mean, deviation, values(y));
    }

    @Override
    public void bernoulli(RandomStream random, float probability, Tensor y) {
        fill.bernoulli(random, probability, values(y));
    }

    @Override
    public void dropout(RandomStream random, float rate, Tensor x, Tensor mask, Tensor y) {
        fill.dropout(random, rate, values(x), values(mask), values(y));
    }
}
