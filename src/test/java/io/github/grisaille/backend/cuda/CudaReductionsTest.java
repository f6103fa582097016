package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import org.junit.jupiter.api.Test;

class CudaReductionsTest extends CudaAgreement {
    @Test
    void sums() {
        for (int n : new int[] {1, 6, 207, 5003, 300_001}) {
            agree(n, bench -> {
                Backend b = bench.backend;
                Tensor x = bench.in(n);
                b.sum(x, bench.out("sum", 1));
                b.sumOfSquares(x, Write.REPLACE, bench.out("squares", 1));
                b.sumOfSquares(x, Write.ADD, bench.out("more squares", 1));
            });
        }
        for (int n : sizes()) {
            agree(n, bench -> bench.backend.itemDots(bench.in(3, n), bench.in(3, n), bench.out("dots", 3)));
        }
    }
}
