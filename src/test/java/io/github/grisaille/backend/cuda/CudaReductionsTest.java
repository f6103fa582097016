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
                b.minimum(x, bench.out("least", 1));
                b.maximum(x, bench.out("greatest", 1));
                b.sumOfSquares(x, Write.REPLACE, bench.out("squares", 1));
                b.sumOfSquares(x, Write.ADD, bench.out("more squares", 1));
            });
        }
        for (int n : sizes()) {
            agree(n, bench -> bench.backend.itemDots(bench.in(3, n), bench.in(3, n), bench.out("dots", 3)));
            agree(13 * n, bench -> {
                Backend b = bench.backend;
                Tensor x = bench.in(3, n, 13);
                b.sumOver(x, Write.REPLACE, bench.out("over all", 1));
                b.sumOver(x, Write.REPLACE, bench.out("over rows", 13));
                b.sumOver(x, Write.ADD, bench.out("over the middle", 3, 1, 13));
                b.sumOver(x, Write.ADD, bench.out("over the outer axes", n, 1));
                b.addBroadcast(x, bench.in(n, 1), bench.out("repeated", x));
                b.multiplyBroadcast(bench.in(3, 1, 13), x, bench.out("repeated factor", x));
                b.repeat(bench.in(3, 1, 13), bench.out("repeated over the middle", 3, n, 13));
                b.blend(x, bench.in(3, n, 13), bench.in(3), bench.out("blend", x));
            });
        }
    }
}
