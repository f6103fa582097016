package io.github.grisaille.loss;

import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.nn.Pass;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LossesTest {
    private record Case(
            String name, Loss loss, Range prediction, Range target, BinaryOperator<org.bytedeco.pytorch.Tensor> torch) {
        @Override
        public String toString() {
            return name;
        }
    }

    private enum Range {
        ANY,
        PROBABILITY,
        ROWS_OF_PROBABILITIES,
        SIGN
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                        new Case("MSE", Losses.meanSquaredError(), Range.ANY, Range.ANY, torch::mse_loss),
                        new Case("L1", Losses.meanAbsoluteError(), Range.ANY, Range.ANY, torch::l1_loss),
                        new Case(
                                "Huber",
                                Losses.huber(1.5f),
                                Range.ANY,
                                Range.ANY,
                                (p, t) -> torch.huber_loss(p, t, 1, 1.5)),
                        new Case(
                                "smooth L1",
                                Losses.smoothL1(0.5f),
                                Range.ANY,
                                Range.ANY,
                                (p, t) -> torch.smooth_l1_loss(p, t, 1, 0.5)),
                        new Case(
                                "BCE",
                                Losses.binaryCrossEntropy(),
                                Range.PROBABILITY,
                                Range.PROBABILITY,
                                torch::binary_cross_entropy),
                        new Case(
                                "BCE on logits",
                                Losses.binaryCrossEntropyOnLogits(),
                                Range.ANY,
                                Range.PROBABILITY,
                                torch::binary_cross_entropy_with_logits),
                        new Case(
                                "least squares",
                                Losses.leastSquares(),
                                Range.ANY,
                                Range.ANY,
                                (p, t) -> torch.mse_loss(p, t).mul(new Scalar(0.5))),
                        new Case(
                                "hinge",
                                Losses.hinge(),
                                Range.ANY,
                                Range.SIGN,
                                (p, t) -> torch.relu(p.mul(t).neg().add(new Scalar(1.0)))
                                        .mean()),
                        new Case(
                                "Wasserstein",
                                Losses.wasserstein(),
                                Range.ANY,
                                Range.SIGN,
                                (p, t) -> p.mul(t).neg().mean()),
                        new Case(
                                "softmax cross-entropy",
                                Losses.softmaxCrossEntropy(),
                                Range.ANY,
                                Range.ROWS_OF_PROBABILITIES,
                                (p, t) -> torch.log_softmax(p, 1)
                                        .mul(t)
                                        .sum()
                                        .neg()
                                        .mul(new Scalar(1.0 / p.size(0)))))
                .flatMap(c -> Stream.of(1L, 2L, 3L, 4L).map(seed -> Arguments.of(c, seed)));
    }

    private static Tensor draw(Range range, long seed, Shape shape) {
        Backend backend = Backend.cpu();
        Tensor tensor = backend.empty(shape);
        switch (range) {
            case ANY -> backend.normal(new RandomStream(seed, 1), 0, 2, tensor);
            case PROBABILITY -> backend.uniform(new RandomStream(seed, 1), 0.01f, 0.99f, tensor);
            case ROWS_OF_PROBABILITIES -> {
                float[] rows = draw(Range.PROBABILITY, seed, shape).toArray();
                int columns = shape.axis(-1);
                for (int from = 0; from < rows.length; from += columns) {
                    float sum = 0;
                    for (int i = from; i < from + columns; i++) {
                        sum += rows[i];
                    }
                    for (int i = from; i < from + columns; i++) {
                        rows[i] /= sum;
                    }
                }
                backend.write(rows, tensor);
            }
            case SIGN -> {
                float[] signs = Samples.normal(seed, shape).toArray();
                for (int i = 0; i < signs.length; i++) {
                    signs[i] = Math.signum(signs[i]);
                }
                backend.write(signs, tensor);
            }
        }
        return tensor;
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("cases")
    void agreesWithTorchAndWithFiniteDifferences(Case c, long seed) {
        Shape shape = Shape.of(seed == 1 ? 1 : (int) seed * 13, seed == 2 ? 1 : (int) seed * 7);
        Tensor p = draw(c.prediction, seed, shape);
        Tensor t = draw(c.target, seed + 10, shape);
        org.bytedeco.pytorch.Tensor leaf = Torch.leaf(p);
        org.bytedeco.pytorch.Tensor expected = c.torch.apply(leaf, Torch.constant(t));
        expected.backward();
        LossValue actual = c.loss.evaluate(p, t);
        assertThat(actual.value().item())
                .isCloseTo(expected.item_float(), within(2e-6f * Math.max(1, Math.abs(expected.item_float()))));
        float[] gradient = Torch.values(Torch.gradient(leaf));
        assertClose("gradient", actual.gradient().toArray(), gradient, 1);
        double slope = 0;
        double promised = 0;
        float[] values = p.toArray();
        int i = values.length / 2;
        float h = 1e-3f;
        values[i] += h;
        slope += sumOf(c.loss, values, t, shape);
        values[i] -= 2 * h;
        slope -= sumOf(c.loss, values, t, shape);
        promised += actual.gradient().toArray()[i] * shape.size();
        assertThat(slope / (2 * h)).isCloseTo(promised, within(0.02 * Math.max(1, Math.abs(promised)) * shape.size()));
    }

    private static double sumOf(Loss loss, float[] values, Tensor target, Shape shape) {
        Tensor moved = Backend.cpu().tensor(values, shape);
        return (double) loss.evaluate(moved, target).value().item() * shape.size();
    }

    @Test
    void byHand() {
        Tensor p = Tensor.of(new float[] {1, 3}, 2, 1);
        Tensor zero = Tensor.of(new float[] {0}, 1);
        assertThat(Losses.meanSquaredError().evaluate(p, zero).value().item()).isEqualTo(5);
        assertThat(Losses.meanSquaredError().evaluate(p, zero).gradient().toArray())
                .containsExactly(1, 3);
        assertThat(Losses.squaredError(Reduction.SUM).evaluate(p, zero).value().item())
                .isEqualTo(10);
        assertThat(Losses.squaredError(Reduction.SUM_PER_ITEM)
                        .evaluate(p, zero)
                        .value()
                        .item())
                .isEqualTo(5);
        Tensor half = Tensor.of(new float[] {0.5f}, 1, 1);
        assertThat(Losses.binaryCrossEntropy()
                        .evaluate(half, Tensor.of(new float[] {1}, 1))
                        .value()
                        .item())
                .isCloseTo((float) Math.log(2), within(1e-7f));
        Tensor sides = Tensor.of(new float[] {2, 0.25f, -1}, 3, 1);
        LossValue hinge = Losses.hinge().evaluate(sides, Tensor.of(new float[] {1}, 1));
        assertThat(hinge.value().item()).isCloseTo((0 + 0.75f + 2) / 3, within(1e-6f));
        assertThat(hinge.gradient().toArray()).containsExactly(0, -1 / 3f, -1 / 3f);
    }

    @Test
    void extremesStayFinite() {
        Tensor certain = Tensor.of(new float[] {0, 1}, 2, 1);
        Tensor wrong = Tensor.of(new float[] {1, 0}, 2, 1);
        assertThat(Losses.binaryCrossEntropy().evaluate(certain, wrong).value().item())
                .isEqualTo(100);
        assertThat(Losses.binaryCrossEntropy()
                        .evaluate(certain, certain)
                        .value()
                        .item())
                .isZero();
        Tensor huge = Tensor.of(new float[] {-1e4f, 1e4f}, 2, 1);
        assertThat(Losses.binaryCrossEntropyOnLogits()
                        .evaluate(huge, wrong)
                        .value()
                        .item())
                .isEqualTo(1e4f);
        Tensor logits = Tensor.of(new float[] {1e4f, -1e4f}, 1, 2);
        assertThat(Losses.softmaxCrossEntropy()
                        .evaluate(logits, Tensor.of(new float[] {1, 0}, 1, 2))
                        .value()
                        .item())
                .isZero();
        Tensor nan = Tensor.of(new float[] {Float.NaN}, 1, 1);
        for (Loss loss : new Loss[] {Losses.meanSquaredError(), Losses.hinge(), Losses.binaryCrossEntropyOnLogits()}) {
            assertThat(loss.evaluate(nan, Tensor.of(new float[] {1}, 1)).value().item())
                    .isNaN();
            assertThat(loss.evaluate(nan, Tensor.of(new float[] {1}, 1))
                            .gradient()
                            .item())
                    .isNaN();
        }
    }

    /** A discriminator that is sure without bound: right costs nothing, wrong costs without bound. */
    @Test
    void infiniteLogits() {
        float infinity = Float.POSITIVE_INFINITY;
        Tensor logits = Tensor.of(new float[] {infinity, -infinity}, 2, 1);
        LossValue right = Losses.binaryCrossEntropyOnLogits().evaluate(logits, Tensor.of(new float[] {1, 0}, 2, 1));
        assertThat(right.value().item()).isZero();
        assertThat(right.gradient().toArray()).containsExactly(0, 0);
        LossValue wrong = Losses.binaryCrossEntropyOnLogits().evaluate(logits, Tensor.of(new float[] {0, 1}, 2, 1));
        assertThat(wrong.value().item()).isEqualTo(infinity);
        assertThat(wrong.gradient().toArray()).containsExactly(0.5f, -0.5f);
        Tensor sure = Tensor.of(new float[] {infinity, 3}, 2, 1);
        RandomStream unused = new RandomStream(1, 1);
        assertThat(GanLoss.nonSaturating()
                        .onFake(sure, unused, Backend.cpu())
                        .value()
                        .item())
                .isEqualTo(infinity);
        assertThat(GanLoss.nonSaturating()
                        .onReal(sure, unused, Backend.cpu())
                        .value()
                        .item())
                .isCloseTo((float) (Math.log1p(Math.exp(-3)) / 2), within(1e-7f));
    }

    @Test
    void gaussianDivergenceAgreesWithTorchAndByHand() {
        Tensor mean = Samples.normal(1, 5, 3);
        Tensor logVariance = Samples.normal(2, 5, 3);
        org.bytedeco.pytorch.Tensor m = Torch.leaf(mean);
        org.bytedeco.pytorch.Tensor l = Torch.leaf(logVariance);
        org.bytedeco.pytorch.Tensor expected =
                m.mul(m).add(l.exp()).sub(l).sub(new Scalar(1.0)).sum().mul(new Scalar(0.5 / 5));
        expected.backward();
        GaussianKl kl = GaussianKl.evaluate(mean, logVariance, Backend.cpu());
        assertThat(kl.value().item()).isCloseTo(expected.item_float(), within(1e-5f));
        assertClose("mean", kl.meanGradient().toArray(), Torch.values(Torch.gradient(m)), 1);
        assertClose("log-variance", kl.logVarianceGradient().toArray(), Torch.values(Torch.gradient(l)), 1);
        Tensor zero = Tensor.of(new float[] {0, 0}, 1, 2);
        assertThat(GaussianKl.evaluate(zero, zero, Backend.cpu()).value().item())
                .isZero();
        assertThatThrownBy(() -> GaussianKl.evaluate(mean, zero, Backend.cpu()))
                .hasMessageContaining("got means of 5×3 and log-variances of 1×2");
    }

    /** Dimension by dimension max(free, mean over the batch), in libtorch's autograd. */
    @Test
    void freeBitsAgreeWithTorchAndByHand() {
        Tensor mean = Samples.normal(1, 6, 4);
        Tensor logVariance = Samples.normal(2, 6, 4);
        for (double free : new double[] {0, 0.9, 100}) {
            org.bytedeco.pytorch.Tensor m = Torch.leaf(mean);
            org.bytedeco.pytorch.Tensor l = Torch.leaf(logVariance);
            org.bytedeco.pytorch.Tensor each =
                    m.mul(m).add(l.exp()).sub(l).sub(new Scalar(1.0)).mean(0).mul(new Scalar(0.5));
            org.bytedeco.pytorch.Tensor expected =
                    torch.relu(each.sub(new Scalar(free))).add(new Scalar(free)).sum();
            expected.backward();
            GaussianKl kl = GaussianKl.withFreeBits(mean, logVariance, (float) free, Backend.cpu());
            assertThat(kl.value().item())
                    .isCloseTo(expected.item_float(), within(1e-5f * Math.max(1, expected.item_float())));
            assertClose("mean", kl.meanGradient().toArray(), Torch.values(Torch.gradient(m)), 1);
            assertClose("log-variance", kl.logVarianceGradient().toArray(), Torch.values(Torch.gradient(l)), 1);
            assertClose(
                    "each dimension",
                    GaussianKl.perDimension(mean, logVariance, Backend.cpu()).toArray(),
                    Torch.values(each),
                    6);
        }
        // μ = 2, σ = 1: ½μ² = 2 nats
        GaussianKl two = GaussianKl.withFreeBits(
                Tensor.of(new float[] {2}, 1, 1), Tensor.of(new float[] {0}, 1, 1), 0.5f, Backend.cpu());
        assertThat(two.value().item()).isEqualTo(2);
        assertThat(two.meanGradient().item()).isEqualTo(2);
        assertThatThrownBy(() -> GaussianKl.withFreeBits(mean, logVariance, -1, Backend.cpu()))
                .hasMessage("free bits must be at least 0 nats and finite; got -1.0");
    }

    @Test
    void freeBitsDoNotHideAMeanThatIsNaN() {
        // a training stops at a loss that is NaN, so max(free, divergence) must keep it
        Tensor mean = Tensor.of(new float[] {Float.NaN, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 1, 10);
        GaussianKl kl = GaussianKl.withFreeBits(mean, Tensor.zeros(1, 10), 0.5f, Backend.cpu());
        assertThat(kl.value().item()).isNaN();
    }

    @Test
    void shapesThatDiffer() {
        assertThatThrownBy(() -> Losses.meanSquaredError().evaluate(Samples.normal(1, 2, 3), Samples.normal(1, 3, 2)))
                .hasMessage(
                        "predictions and targets must have the same shape; got predictions of 2×3 and targets of 3×2");
    }

    private static Tensor one(float value) {
        return Tensor.of(new float[] {value}, 1, 1);
    }

    /** Without the check these give 0.693, −1.19, and for all of the last ones a gradient that teaches nothing. */
    @Test
    void targetsWithoutAMeaningAreRefusedByHand() {
        assertThatThrownBy(() -> Losses.binaryCrossEntropy().evaluate(one(0.5f), one(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("binary cross-entropy needs targets from 0 to 1 (scale them, as in scaled(0, 1), or use"
                        + " meanSquaredError()); got 2.0");
        assertThatThrownBy(() -> Losses.binaryCrossEntropyOnLogits().evaluate(one(-1.5f), one(-1), Backend.cpu()))
                .hasMessageStartingWith("binary cross-entropy on logits needs targets from 0 to 1 ")
                .hasMessageEndingWith("; got -1.0");
        for (Loss loss : new Loss[] {Losses.hinge(), Losses.wasserstein()}) {
            assertThatThrownBy(() -> loss.evaluate(one(0.5f), one(0)))
                    .hasMessageEndingWith(" needs targets of 1 and -1; got 0.0");
        }
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Losses.meanSquaredError().evaluate(one(0.5f), one(value)))
                    .hasMessage("squared error needs targets that are finite; got " + value);
        }
        Tensor logits = Samples.normal(1, 1, 3);
        assertThatThrownBy(() -> Losses.softmaxCrossEntropy().evaluate(logits, Tensor.of(new float[] {0, 2, 0}, 1, 3)))
                .hasMessage("softmax cross-entropy needs targets from 0 to 1, one column for each class; got 2.0");
        assertThatThrownBy(() -> Losses.softmaxCrossEntropy().evaluate(logits, Tensor.of(new float[] {1, 0, 1}, 1, 3)))
                .hasMessageEndingWith("got a row with sum 2.0");
        assertThatThrownBy(() -> Losses.softmaxCrossEntropy().evaluate(one(3), one(0)))
                .hasMessageEndingWith(
                        "a row with sum 0.0: one column for each class is needed, but there is only 1 column");
    }

    /** The first of them gave NaN with a gradient of −1.5e12. */
    @Test
    void predictionsThatAreNoProbabilitiesAreRefusedByHand() {
        for (float p : new float[] {-3, 1.5f, Float.NaN}) {
            assertThatThrownBy(() -> Losses.binaryCrossEntropy().evaluate(one(p), one(0)))
                    .hasMessage("binary cross-entropy needs predictions from 0 to 1; got " + p
                            + ": end the network in sigmoid(), or give logits to binaryCrossEntropyOnLogits()");
        }
    }

    /** A step waits for no value, and there the formula holds: −2 log p + log(1 − p) at p = ½ is log 2. */
    @Test
    void inAPassNothingIsRead() {
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            assertThat(Losses.binaryCrossEntropy()
                            .evaluate(one(0.5f), one(2), pass)
                            .value()
                            .item())
                    .isCloseTo((float) Math.log(2), within(1e-6f));
            for (float p : new float[] {-3, 1.5f}) {
                assertThat(Losses.binaryCrossEntropy()
                                .evaluate(one(p), one(0), pass)
                                .value()
                                .item())
                        .isNaN();
            }
        }
    }

    @Test
    void lossesSayWhatTheyAre() {
        assertThat(Losses.binaryCrossEntropyOnLogits().name()).isEqualTo("binary cross-entropy on logits, mean");
        assertThat(Losses.leastSquares().name()).isEqualTo("squared error, mean, times 0.5");
        assertThat(Losses.squaredError(Reduction.SUM_PER_ITEM).name()).isEqualTo("squared error, sum per item");
        assertThat(Losses.softmaxCrossEntropy().name()).isEqualTo("softmax cross-entropy");
        Loss ownFunction = (prediction, target, allocator) -> null;
        assertThat(ownFunction.name()).isEqualTo("a function");
        assertThat(ownFunction.outputs()).isEqualTo(Outputs.ANY);
        ownFunction.checkTargets(new float[] {Float.NaN}, 1);
        assertThat(GanLoss.nonSaturating().smoothed(0.1f).flipped(0.05f).name())
                .isEqualTo(
                        "real binary cross-entropy on logits, mean, towards 0.9; fake binary cross-entropy on logits,"
                                + " mean, towards 0.0; generated binary cross-entropy on logits, mean, towards"
                                + " 1.0; flipped 0.05");
        assertThat(GanLoss.minimax().name())
                .isNotEqualTo(GanLoss.nonSaturating().name());
    }

    @Test
    void aScalarIsABatchOfOneValue() {
        Tensor prediction = Tensor.full(3);
        Tensor target = Tensor.full(1);
        assertThat(Losses.meanSquaredError()
                        .evaluate(prediction, target)
                        .value()
                        .item())
                .isEqualTo(4);
        assertThat(Losses.meanAbsoluteError()
                        .evaluate(prediction, target)
                        .value()
                        .item())
                .isEqualTo(2);
        assertThat(Losses.huber(1).evaluate(prediction, target).value().item()).isEqualTo(1.5f);
        assertThat(Losses.binaryCrossEntropyOnLogits()
                        .evaluate(Tensor.full(0), target)
                        .value()
                        .item())
                .isCloseTo((float) Math.log(2), within(1e-6f));
        assertThatThrownBy(() -> Losses.softmaxCrossEntropy().evaluate(prediction, target))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
