package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CudaLossesTest extends CudaAgreement {
    @ParameterizedTest
    @EnumSource(PointwiseLoss.class)
    void pointwiseLosses(PointwiseLoss loss) {
        for (int n : sizes()) {
            agree(n, bench -> {
                Tensor p = loss == PointwiseLoss.BINARY_CROSS_ENTROPY ? bench.positive(n) : bench.in(n);
                bench.backend.pointwiseLoss(
                        loss, p, bench.positive(n), 0.3f, bench.out("value", 1), bench.out("gradient", n));
                bench.backend.pointwiseLoss(
                        loss,
                        p,
                        bench.positive(1),
                        0.3f,
                        bench.out("value of one", 1),
                        bench.out("gradient of one", n));
            });
            sameBits(bench -> bench.backend.pointwiseLoss(
                    loss,
                    bench.positive(n),
                    bench.positive(n),
                    0.3f,
                    bench.out("each value", n),
                    bench.out("each gradient", n)));
        }
    }

    @Test
    void otherLosses() {
        for (int n : new int[] {1, 3, 17, 207}) {
            agree(n * 11, bench -> {
                Backend b = bench.backend;
                b.softmaxCrossEntropy(
                        bench.in(n, 11),
                        bench.positive(n, 11),
                        0.3f,
                        bench.out("cross-entropy", 1),
                        bench.out("d", n, 11));
                b.softmaxCrossEntropy(
                        bench.in(3, n), bench.positive(3, n), 0.3f, bench.out("wide", 1), bench.out("dw", 3, n));
                b.softmaxCrossEntropy(
                        bench.in(n, 11),
                        bench.positive(n, 11),
                        0.3f,
                        bench.out("each row", n),
                        bench.out("gradient of rows", n, 11));
                b.softmaxCrossEntropy(
                        bench.in(3, n),
                        bench.positive(3, n),
                        0.3f,
                        bench.out("each wide row", 3),
                        bench.out("gradient of wide rows", 3, n));
                b.gaussianKl(
                        bench.in(n), bench.in(n), 0.3f, bench.out("kl", 1), bench.out("dm", n), bench.out("dl", n));
                b.normPenalty(bench.positive(n), 1, 0.3f, bench.out("penalty", 1), bench.out("slopes", n));
                b.normPenalty(bench.positive(n), 0, 0.3f, bench.out("zero penalty", 1), bench.out("zero slopes", n));
                b.closeness(bench.in(n, 4, 3), bench.out("closeness", n, 4));
                b.closenessGradient(bench.in(n, 4, 3), bench.in(n, 4), bench.out("closeness gradient", n, 4, 3));
            });
        }
    }
}
