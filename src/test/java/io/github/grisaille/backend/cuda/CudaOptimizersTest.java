package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.AdamStep;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RmspropStep;
import io.github.grisaille.tensor.SgdStep;
import io.github.grisaille.tensor.Tensor;
import org.junit.jupiter.api.Test;

class CudaOptimizersTest extends CudaAgreement {
    @Test
    void optimiserSteps() {
        for (int n : sizes()) {
            sameBits(bench -> {
                Backend b = bench.backend;
                AdamStep step = new AdamStep(0.01f, 0.9f, 0.99f, 1e-8f, 0.1f, 0.01f, 0.1f);
                for (int i = 0; i < 3; i++) {
                    Tensor second = bench.positive(n + i);
                    b.adam(
                            step,
                            bench.in(n + i),
                            bench.out("first " + i, n + i),
                            second,
                            bench.out("adam " + i, n + i));
                }
                b.sgd(new SgdStep(0.1f, 0, false, 0.1f), bench.in(n), null, bench.out("sgd", n));
                b.sgd(
                        new SgdStep(0.1f, 0.9f, true, 0),
                        bench.in(n),
                        bench.out("velocity", n),
                        bench.out("nesterov", n));
                b.rmsprop(
                        new RmspropStep(0.1f, 0.9f, 1e-8f, 0.5f),
                        bench.in(n),
                        bench.positive(n),
                        bench.out("rms velocity", n),
                        bench.out("rmsprop", n));
                b.rmsprop(
                        new RmspropStep(0.1f, 0.9f, 1e-8f, 0),
                        bench.in(n),
                        bench.positive(n),
                        null,
                        bench.out("rms", n));
                b.clipByNorm(bench.positive(1), 0.1f, bench.out("clipped", n));
                b.clipByNorm(bench.positive(1), 10, bench.out("not clipped", n));
            });
        }
    }
}
