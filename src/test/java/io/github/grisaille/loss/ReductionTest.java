package io.github.grisaille.loss;

import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.nn.Pass;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Reductions and weights of losses. */
class ReductionTest {
    private static final long EACH = 0;

    /** A loss with every reduction, and libtorch's loss of each value. */
    private record Case(
            String name,
            Function<Reduction, WeightableLoss> loss,
            boolean probabilities,
            BinaryOperator<org.bytedeco.pytorch.Tensor> each) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        TensorOptional no = new TensorOptional();
        return Stream.of(
                new Case("squared error", Losses::squaredError, false, (p, t) -> torch.mse_loss(p, t, EACH)),
                new Case("absolute error", Losses::absoluteError, false, (p, t) -> torch.l1_loss(p, t, EACH)),
                new Case(
                        "least squares",
                        Losses::leastSquares,
                        false,
                        (p, t) -> torch.mse_loss(p, t, EACH).mul(new Scalar(0.5))),
                new Case("Huber", r -> Losses.huber(0.7f, r), false, (p, t) -> torch.huber_loss(p, t, EACH, 0.7)),
                new Case(
                        "smooth L1",
                        r -> Losses.smoothL1(0.3f, r),
                        false,
                        (p, t) -> torch.smooth_l1_loss(p, t, EACH, 0.3)),
                new Case(
                        "binary cross-entropy",
                        Losses::binaryCrossEntropy,
                        true,
                        (p, t) -> torch.binary_cross_entropy(p, t, no, EACH)),
                new Case(
                        "binary cross-entropy on logits",
                        Losses::binaryCrossEntropyOnLogits,
                        true,
                        (p, t) -> torch.binary_cross_entropy_with_logits(p, t, no, no, EACH)),
                new Case(
                        "the same with a positive weight",
                        r -> Losses.binaryCrossEntropyOnLogits(r, 3.5f),
                        true,
                        (p, t) -> torch.binary_cross_entropy_with_logits(
                                p, t, no, Torch.optional(Torch.constant(Tensor.of(new float[] {3.5f}, 1))), EACH)),
                new Case(
                        "hinge",
                        Losses::hinge,
                        false,
                        (p, t) -> torch.relu(p.mul(t).neg().add(new Scalar(1.0)))),
                new Case(
                        "Wasserstein",
                        Losses::wasserstein,
                        false,
                        (p, t) -> p.mul(t).neg()));
    }

    static Stream<Arguments> allReductions() {
        return cases().flatMap(c -> Arrays.stream(Reduction.values()).map(r -> Arguments.of(c, r)));
    }

    private static Tensor prediction(Case c, Shape shape, long seed) {
        if (!c.probabilities) {
            return Samples.normal(seed, shape);
        }
        Tensor tensor = Backend.cpu().empty(shape);
        Backend.cpu().uniform(new RandomStream(seed, 3), 0.02f, 0.98f, tensor);
        return tensor;
    }

    private static Tensor target(Case c, Shape shape, long seed) {
        if (c.probabilities) {
            return prediction(c, shape, seed);
        }
        // signs fit every other loss
        float[] signs = Samples.normal(seed, shape).toArray();
        for (int i = 0; i < signs.length; i++) {
            signs[i] = Math.signum(signs[i]);
        }
        return Tensor.of(signs, shape.toArray());
    }

    private static Shape shape(long seed) {
        RandomStream random = new RandomStream(seed, 4);
        int[] extents = new int[2 + random.nextInt(3)];
        for (int i = 0; i < extents.length; i++) {
            extents[i] = 1 + random.nextInt(seed == 1 ? 1 : 7);
        }
        return Shape.of(extents);
    }

    private static org.bytedeco.pytorch.Tensor reduced(
            org.bytedeco.pytorch.Tensor each, Reduction reduction, int items) {
        return switch (reduction) {
            case NONE -> each;
            case SUM -> each.sum();
            case MEAN -> each.mean();
            case SUM_PER_ITEM -> each.sum().mul(new Scalar(1.0 / items));
        };
    }

    private static void assertAgrees(
            String what, LossValue actual, org.bytedeco.pytorch.Tensor expected, org.bytedeco.pytorch.Tensor leaf) {
        expected.sum().backward();
        assertClose(what, actual.value().toArray(), Torch.values(expected), 300);
        assertClose(what + ", gradient", actual.gradient().toArray(), Torch.values(Torch.gradient(leaf)), 4);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("allReductions")
    void agreesWithTorch(Case c, Reduction reduction) {
        for (long seed = 1; seed <= 6; seed++) {
            Shape shape = shape(seed);
            Tensor p = prediction(c, shape, seed);
            Tensor t = target(c, shape, seed + 10);
            org.bytedeco.pytorch.Tensor leaf = Torch.leaf(p);
            LossValue actual = c.loss.apply(reduction).evaluate(p, t);
            assertThat(actual.value().shape()).isEqualTo(reduction == Reduction.NONE ? shape : Shape.of(1));
            assertAgrees(
                    "seed " + seed,
                    actual,
                    reduced(c.each.apply(leaf, Torch.constant(t)), reduction, shape.axis(0)),
                    leaf);
        }
    }

    /** Weights for single values, for items, for columns, and one for all. */
    private static List<Tensor> weights(Shape shape, long seed) {
        int[] perItem = new int[shape.rank()];
        Arrays.fill(perItem, 1);
        perItem[0] = shape.axis(0);
        return Stream.of(shape, Shape.of(perItem), Shape.of(shape.axis(-1)), shape.item(), Shape.of(1))
                .map(own -> Samples.normal(seed + own.size(), own))
                .toList();
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("allReductions")
    void withWeightsItAgreesWithTorch(Case c, Reduction reduction) {
        for (long seed = 1; seed <= 4; seed++) {
            Shape shape = shape(seed);
            Tensor p = prediction(c, shape, seed);
            Tensor t = target(c, shape, seed + 10);
            for (Tensor w : weights(shape, seed)) {
                org.bytedeco.pytorch.Tensor leaf = Torch.leaf(p);
                LossValue actual = c.loss.apply(reduction).evaluate(p, t, w);
                org.bytedeco.pytorch.Tensor each =
                        c.each.apply(leaf, Torch.constant(t)).mul(Torch.constant(w));
                assertAgrees("weights of " + w.shape(), actual, reduced(each, reduction, shape.axis(0)), leaf);
                LossValue fixed = c.loss.apply(reduction).weighted(w).evaluate(p, t);
                assertThat(fixed.value().toArray())
                        .containsExactly(actual.value().toArray());
                assertThat(fixed.gradient().toArray())
                        .containsExactly(actual.gradient().toArray());
            }
        }
    }

    /** In a pass the memory for single losses is used again, and the result stays. */
    @ParameterizedTest
    @MethodSource("cases")
    void aPassGivesTheSameValues(Case c) {
        Shape shape = Shape.of(5, 3);
        Tensor p = prediction(c, shape, 1);
        Tensor t = target(c, shape, 2);
        Tensor w = Samples.normal(3, 5, 1);
        for (Reduction reduction : Reduction.values()) {
            LossValue expected = c.loss.apply(reduction).evaluate(p, t, w);
            LossValue actual;
            try (Pass pass = Pass.training(Backend.cpu(), 1)) {
                actual = c.loss.apply(reduction).evaluate(p, t, w, pass);
                pass.scratch(shape);
            }
            assertThat(actual.value().toArray())
                    .containsExactly(expected.value().toArray());
            assertThat(actual.gradient().toArray())
                    .containsExactly(expected.gradient().toArray());
        }
    }

    /** Class numbers as a one-hot matrix. */
    private static Tensor oneHot(int[] numbers, int classes) {
        float[] rows = new float[numbers.length * classes];
        for (int i = 0; i < numbers.length; i++) {
            rows[i * classes + numbers[i]] = 1;
        }
        return Tensor.of(rows, numbers.length, classes);
    }

    private static int[] numbers(long seed, int rows, int classes) {
        RandomStream random = new RandomStream(seed, 5);
        int[] numbers = new int[rows];
        for (int i = 0; i < rows; i++) {
            numbers[i] = random.nextInt(classes);
        }
        return numbers;
    }

    /** libtorch's numbers for reductions: 0 none, 1 mean, 2 sum. */
    private static long number(Reduction reduction) {
        return switch (reduction) {
            case NONE -> 0;
            case MEAN -> 1;
            default -> 2;
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = Reduction.class,
            names = {"NONE", "SUM", "MEAN"})
    void softmaxCrossEntropyWithWeightsOfClassesAndSmoothingAgreesWithTorch(Reduction reduction) {
        for (long seed = 1; seed <= 8; seed++) {
            RandomStream random = new RandomStream(seed, 6);
            int rows = seed == 1 ? 1 : 1 + random.nextInt(20);
            int classes = seed == 2 ? 1 : 1 + random.nextInt(9);
            int[] numbers = numbers(seed, rows, classes);
            Tensor logits = Samples.normal(seed, rows, classes);
            Tensor target = oneHot(numbers, classes);
            Tensor weights = Backend.cpu().empty(Shape.of(classes));
            Backend.cpu().uniform(new RandomStream(seed, 7), 0.1f, 3, weights);
            for (float smoothing : new float[] {0, 0.1f, 1}) {
                WeightableLoss loss = Losses.softmaxCrossEntropy(reduction, smoothing);
                for (Tensor w : new Tensor[] {null, weights}) {
                    org.bytedeco.pytorch.Tensor leaf = Torch.leaf(logits);
                    LossValue actual = w == null ? loss.evaluate(logits, target) : loss.evaluate(logits, target, w);
                    assertAgrees(
                            "smoothed by " + smoothing,
                            actual,
                            torch.cross_entropy_loss(
                                    leaf,
                                    Torch.constant(target).argmax(new org.bytedeco.pytorch.LongOptional(1), false),
                                    Torch.optional(w == null ? null : Torch.constant(w)),
                                    number(reduction),
                                    -100,
                                    smoothing),
                            leaf);
                }
            }
        }
    }

    /** Targets that are probabilities, and logits with an axis between batch and classes. */
    @ParameterizedTest
    @EnumSource(Reduction.class)
    void softmaxCrossEntropyOfProbabilitiesAgreesWithTorch(Reduction reduction) {
        for (long seed = 1; seed <= 4; seed++) {
            Shape shape = seed % 2 == 0 ? Shape.of(3, 4, 5) : Shape.of(6, 3);
            Tensor logits = Samples.normal(seed, shape);
            org.bytedeco.pytorch.Tensor leaf = Torch.leaf(logits);
            org.bytedeco.pytorch.Tensor target = torch.softmax(Torch.constant(Samples.normal(seed + 9, shape)), -1);
            Tensor ours = Tensor.of(Torch.values(target), shape.toArray());
            org.bytedeco.pytorch.Tensor each =
                    torch.log_softmax(leaf, -1).mul(target).neg().sum(-1);
            LossValue actual = Losses.softmaxCrossEntropy(reduction).evaluate(logits, ours);
            assertAgrees(reduction.toString(), actual, reduced(each, reduction, shape.axis(0)), leaf);
        }
    }

    /** An item with weight 0 is left out, as PyTorch's ignore_index. */
    @Test
    void anItemWithoutWeightIsIgnored() {
        Tensor logits = Samples.normal(1, 3, 4);
        Tensor target = oneHot(new int[] {2, 0, 1}, 4);
        Tensor weights = Tensor.of(new float[] {1, 0, 1}, 3, 1);
        LossValue actual = Losses.softmaxCrossEntropy().evaluate(logits, target, weights);
        float[] first = Losses.softmaxCrossEntropy(Reduction.NONE)
                .evaluate(logits, target)
                .value()
                .toArray();
        assertThat(actual.value().item())
                .isEqualTo((first[0] + first[2]) / 2, org.assertj.core.api.Assertions.within(1e-6f));
        assertThat(Arrays.copyOfRange(actual.gradient().toArray(), 4, 8)).containsOnly(0);
    }

    @Test
    void byHand() {
        Tensor p = Tensor.of(new float[] {1, 3, 0, -2}, 2, 2);
        Tensor zero = Tensor.of(new float[] {0}, 1);
        LossValue each = Losses.squaredError(Reduction.NONE).evaluate(p, zero);
        assertThat(each.value().toArray()).containsExactly(1, 9, 0, 4);
        assertThat(each.gradient().toArray()).containsExactly(2, 6, 0, -4);
        LossValue perItem = Losses.squaredError(Reduction.SUM).evaluate(p, zero, Tensor.of(new float[] {1, 10}, 2, 1));
        assertThat(perItem.value().item()).isEqualTo(1 + 9 + 10 * 4);
        assertThat(perItem.gradient().toArray()).containsExactly(2, 6, 0, -40);
        LossValue perColumn = Losses.squaredError(Reduction.SUM).evaluate(p, zero, Tensor.of(new float[] {1, 10}, 2));
        assertThat(perColumn.value().item()).isEqualTo(1 + 10 * 9 + 10 * 4);
        // the mean divides by 4 values, and not by the sum of the weights
        assertThat(Losses.meanSquaredError()
                        .evaluate(p, zero, Tensor.of(new float[] {2}, 1))
                        .value()
                        .item())
                .isEqualTo(2 * 14 / 4f);
        LossValue huber = Losses.huber(2, Reduction.NONE).evaluate(p, zero);
        assertThat(huber.value().toArray()).containsExactly(0.5f, 2 * (3 - 1), 0, 2);
        assertThat(huber.gradient().toArray()).containsExactly(1, 2, 0, -2);
        assertThat(Losses.smoothL1(2, Reduction.NONE).evaluate(p, zero).value().toArray())
                .containsExactly(0.25f, 2, 0, 1);
        // logits 0: each class has probability ½, and the loss of a row is log 2 times its weight
        LossValue rows = Losses.softmaxCrossEntropy(Reduction.NONE)
                .evaluate(Tensor.of(new float[4], 2, 2), oneHot(new int[] {0, 1}, 2), Tensor.of(new float[] {1, 3}, 2));
        assertClose("rows", rows.value().toArray(), new float[] {(float) Math.log(2), 3 * (float) Math.log(2)}, 1);
        assertThat(rows.gradient().toArray()).containsExactly(-0.5f, 0.5f, 1.5f, -1.5f);
    }

    @Test
    void differentLossesHaveDifferentNames() {
        List<Loss> losses = new ArrayList<>();
        for (Reduction reduction : Reduction.values()) {
            cases().forEach(c -> losses.add(c.loss.apply(reduction)));
            losses.add(Losses.huber(2, reduction));
            losses.add(Losses.softmaxCrossEntropy(reduction));
            losses.add(Losses.softmaxCrossEntropy(reduction, 0.1f));
            losses.add(Losses.binaryCrossEntropyOnLogits(reduction, 1, 2));
            losses.add(Losses.squaredError(reduction).weighted(Tensor.of(new float[] {1, 2}, 2)));
            losses.add(Losses.squaredError(reduction).weighted(Tensor.of(new float[] {1, 2}, 2, 1)));
            losses.add(Losses.squaredError(reduction).weighted(Samples.normal(1, 40)));
            losses.add(Losses.squaredError(reduction).weighted(Samples.normal(2, 40)));
        }
        List<String> names = losses.stream().map(Loss::name).toList();
        assertThat(new HashSet<>(names)).hasSameSizeAs(names);
        assertThat(Losses.softmaxCrossEntropy(Reduction.SUM, 0.1f).name())
                .isEqualTo("softmax cross-entropy, sum, labels smoothed by 0.1");
        assertThat(Losses.hinge().weighted(Tensor.of(new float[] {1, 5}, 2)).name())
                .isEqualTo("hinge loss, mean, weights of 2: [1.0, 5.0]");
        assertThat(Losses.huber(1).name()).isEqualTo("Huber loss with delta 1.0, mean");
    }

    @Test
    void refusesWhatDoesNotFit() {
        Tensor p = Samples.normal(1, 4, 3);
        assertThatThrownBy(() -> Losses.meanSquaredError().evaluate(p, p, Samples.normal(1, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weights must have the shape of the predictions, 4×3, or fewer axes, or extents of 1; got"
                        + " weights of 4: for one weight per item use the shape 4×1, for one per column 3");
        assertThatThrownBy(() -> Losses.softmaxCrossEntropy()
                        .weighted(Samples.normal(1, 1, 4, 3))
                        .evaluate(p, oneHot(new int[4], 3)))
                .hasMessageContaining("got weights of 1×4×3");
        Tensor broken = Tensor.of(new float[] {1, Float.NaN, 1}, 3);
        assertThatThrownBy(() -> Losses.hinge().weighted(broken))
                .hasMessage("the weights of a loss must be finite; got NaN");
        assertThatThrownBy(() -> Losses.meanSquaredError().evaluate(p, p, broken))
                .hasMessage("the weights of a loss must be finite; got NaN");
        assertThatThrownBy(() -> Losses.huber(0))
                .hasMessage("the distance at which a Huber loss becomes linear must be above 0 and finite; got 0.0");
        assertThatThrownBy(() -> Losses.softmaxCrossEntropy(Reduction.MEAN, 2))
                .hasMessage("label smoothing must be from 0 (none) to 1 (all classes alike); got 2.0");
        assertThatThrownBy(() -> Losses.smoothL1(1).evaluate(p, Samples.normal(1, 3, 4)))
                .hasMessageContaining("got predictions of 4×3 and targets of 3×4");
        assertThatThrownBy(() -> Losses.huber(1).evaluate(p, Tensor.of(new float[] {Float.NaN}, 1)))
                .hasMessage("Huber loss needs targets that are finite; got NaN");
        assertThatThrownBy(() -> Losses.binaryCrossEntropyOnLogits(Reduction.MEAN, 1, 2)
                        .evaluate(p, Tensor.of(new float[12], 4, 3)))
                .hasMessageContaining("got weights of 2");
    }
}
