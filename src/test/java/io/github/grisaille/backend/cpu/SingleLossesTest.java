package io.github.grisaille.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Primitives of losses that write the loss of each value and do not add them up. */
class SingleLossesTest {
    private static final Backend[] BACKENDS = {Backend.cpu(), PlainLoops.backend(1)};

    private static double total(Tensor each) {
        double total = 0;
        for (float loss : each.toArray()) {
            total += loss;
        }
        return total;
    }

    @ParameterizedTest
    @EnumSource(PointwiseLoss.class)
    void lossesOfSingleValuesAddUpToTheLossOfAll(PointwiseLoss kind) {
        for (Backend backend : BACKENDS) {
            for (int n : new int[] {2, 13, 77, 5000, 70_001}) {
                Tensor p = backend.empty(Shape.of(n));
                Tensor t = backend.empty(Shape.of(n));
                backend.uniform(new RandomStream(n, 1), 0.05f, 0.95f, p);
                backend.uniform(new RandomStream(n, 2), 0.05f, 0.95f, t);
                for (Tensor target : new Tensor[] {t, backend.tensor(new float[] {1}, Shape.of(1))}) {
                    Tensor sum = backend.empty(Shape.of(1));
                    Tensor each = backend.empty(Shape.of(n));
                    Tensor gradient = backend.empty(Shape.of(n));
                    Tensor same = backend.empty(Shape.of(n));
                    backend.pointwiseLoss(kind, p, target, 0.3f, sum, gradient);
                    backend.pointwiseLoss(kind, p, target, 0.3f, each, same);
                    double total = total(each);
                    assertThat((double) sum.item()).isCloseTo(total, within(1e-5 * Math.max(1, Math.abs(total))));
                    Samples.assertClose("gradient", same.toArray(), gradient.toArray(), 1);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 207})
    void lossesOfRowsAddUpToTheLossOfAll(int classes) {
        for (Backend backend : BACKENDS) {
            Tensor logits = Samples.normal(classes, 41, classes).to(backend);
            Tensor target = backend.empty(logits.shape());
            backend.uniform(new RandomStream(classes, 3), 0, 1, target);
            Tensor sum = backend.empty(Shape.of(1));
            Tensor rows = backend.empty(Shape.of(41));
            Tensor gradient = backend.empty(logits.shape());
            Tensor same = backend.empty(logits.shape());
            backend.softmaxCrossEntropy(logits, target, 0.3f, sum, gradient);
            backend.softmaxCrossEntropy(logits, target, 0.3f, rows, same);
            double total = total(rows);
            assertThat((double) sum.item()).isCloseTo(total, within(1e-6 * Math.max(1, Math.abs(total))));
            assertThat(same.toArray()).containsExactly(gradient.toArray());
        }
    }

    @Test
    void otherSizesAreRefused() {
        Tensor p = Samples.normal(1, 3, 2);
        Tensor two = Samples.normal(2, 2);
        assertThatThrownBy(() -> Backend.cpu().pointwiseLoss(PointwiseLoss.SQUARED, p, p, 1, two, p))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("loss needs tensors of one size; got 3×2 and 2");
        assertThatThrownBy(() -> Backend.cpu().softmaxCrossEntropy(p, p, 1, two, p))
                .hasMessage("softmaxCrossEntropy needs 3 values; got 2");
    }
}
