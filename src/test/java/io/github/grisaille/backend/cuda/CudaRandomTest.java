package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.RandomStream;
import org.junit.jupiter.api.Test;

class CudaRandomTest extends CudaAgreement {
    @Test
    void randomNumbersAreTheSameBits() {
        for (int n : new int[] {1, 2, 3, 4, 5, 1023, 10_001}) {
            sameBits(bench -> {
                RandomStream random = new RandomStream(0x123456789ABCDEFL, -7, 0xFFFFFFF0L);
                bench.backend.uniform(random, -2, 3, bench.out("uniform", n));
                bench.backend.normal(random, 1, 2, bench.out("normal", n));
                bench.backend.bernoulli(random, 0.3f, bench.out("bernoulli", n));
                bench.backend.dropout(random, 0.3f, bench.in(n), bench.out("mask", n), bench.out("dropped", n));
                bench.results.put("position", new float[] {random.position() - 0xFFFFFFF0L});
            });
        }
    }
}
