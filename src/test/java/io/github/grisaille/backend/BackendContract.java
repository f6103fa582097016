package io.github.grisaille.backend;

import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every backend does alike; its test extends this. */
public abstract class BackendContract {
    /** The backend under test. */
    protected abstract Backend backend();

    private Tensor normal(long seed, int... shape) {
        return Samples.normal(seed, shape).to(backend());
    }

    private Tensor tensor(float[] values, int... shape) {
        return backend().tensor(values, Shape.of(shape));
    }

    @Test
    void manySingleValuesAreReadAtOnce() {
        Tensor[] ones = {tensor(new float[] {3}, 1), tensor(new float[] {-1}, 1, 1), tensor(new float[] {0.5f}, 1)};
        backend().scale(ones[0], 2, ones[0]);
        assertThat(backend().readEach(List.of(ones[0], ones[1], ones[0], ones[2])))
                .containsExactly(6, -1, 6, 0.5f);
        assertThat(backend().readEach(List.of())).isEmpty();
        Tensor two = tensor(new float[2], 2);
        assertThatThrownBy(() -> backend().readEach(List.of(two))).isInstanceOf(RuntimeException.class);
    }

    @Test
    void valuesAreWrittenByAFunctionOrOutOfBytes() {
        Tensor y = tensor(new float[6], 2, 3);
        backend().write(values -> System.arraycopy(new float[] {9, 8, 7, 6, 5, 4}, 0, values, 0, 6), y);
        assertThat(y.toArray()).containsExactly(9, 8, 7, 6, 5, 4);
        float[] levels = new float[256];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = i / 2f;
        }
        byte[] bytes = {1, 2, 3, (byte) 255, 5, 6, 7, (byte) 128, 9, 10};
        backend().writeBytes(bytes, new int[] {2, 1}, levels, y);
        assertThat(y.toArray()).containsExactly(3.5f, 64, 4.5f, 127.5f, 2.5f, 3);
        assertThatThrownBy(() -> backend().writeBytes(bytes, new int[] {2, 3}, levels, y))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> backend().writeBytes(bytes, new int[] {2}, levels, y))
                .hasMessage("writeBytes got 1 items for a tensor of 2×3");
        assertThatThrownBy(() -> backend().writeBytes(bytes, new int[] {2, 1}, new float[9], y))
                .hasMessage("writeBytes needs 256 levels; got 9");
        // more than one thread's work
        int width = 70_000;
        byte[] many = new byte[3 * width];
        new Random(1).nextBytes(many);
        Tensor large = tensor(new float[2 * width], 2, width);
        backend().writeBytes(many, new int[] {2, 0}, levels, large);
        float[] expected = new float[2 * width];
        for (int i = 0; i < width; i++) {
            expected[i] = levels[many[2 * width + i] & 0xFF];
            expected[width + i] = levels[many[i] & 0xFF];
        }
        assertThat(Arrays.mismatch(large.toArray(), expected)).isEqualTo(-1);
    }

    @Test
    void anActivationThatNeedsItsInputDoesNotFollowAtOnce() {
        Tensor c = tensor(new float[40], 2, 20);
        Activation softplus = new Activation(Activation.Kind.SOFTPLUS);
        assertThatThrownBy(() -> backend()
                        .matmul(
                                Factor.of(normal(1, 2, 3)),
                                Factor.of(normal(2, 3, 20)),
                                Epilogue.activation(softplus),
                                Write.REPLACE,
                                c))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("apply it with activate, to another tensor");
        // a whole vector and a rest
        Tensor x = tensor(new float[20], 20);
        backend().fill(Float.NEGATIVE_INFINITY, x);
        backend().activate(new Activation(Activation.Kind.RELU), x, x);
        assertThat(x.toArray()).containsOnly(0);
    }

    static Stream<Arguments> products() {
        int[] sizes = {1, 3, 6, 13, 17, 207};
        return Stream.iterate(0, i -> i + 1)
                .limit(36)
                .map(i -> Arguments.of(sizes[i % 6], sizes[i / 6], sizes[(i * 5 + 2) % 6], i % 4 >= 2, i % 2 == 1));
    }

    @ParameterizedTest(name = "{0}×{2} · {2}×{1}, transposed {3} {4}")
    @MethodSource("products")
    void matmulMatchesItsDefinition(int m, int n, int k, boolean transposeA, boolean transposeB) {
        Tensor a = transposeA ? normal(1, k, m) : normal(1, m, k);
        Tensor b = transposeB ? normal(2, n, k) : normal(2, k, n);
        Tensor bias = normal(3, n);
        Tensor c = normal(4, m, n);
        float[] av = a.toArray();
        float[] bv = b.toArray();
        float[] expected = new float[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = bias.toArray()[j];
                for (int p = 0; p < k; p++) {
                    sum += (double) av[transposeA ? p * m + i : i * k + p] * bv[transposeB ? j * k + p : p * n + j];
                }
                expected[i * n + j] = (float) sum;
            }
        }
        backend().matmul(new Factor(a, transposeA), new Factor(b, transposeB), Epilogue.bias(bias), Write.REPLACE, c);
        assertClose("product", c.toArray(), expected, k);
        backend().matmul(new Factor(a, transposeA), new Factor(b, transposeB), Epilogue.bias(bias), Write.ADD, c);
        for (int i = 0; i < expected.length; i++) {
            expected[i] *= 2;
        }
        assertClose("product added", c.toArray(), expected, k);
    }

    @Test
    void shapesThatDoNotFit() {
        Tensor a = normal(1, 2, 3);
        assertThatThrownBy(() -> backend().matmul(Factor.of(a), Factor.of(a), a))
                .hasMessage("matmul: 2×3 · 2×3 does not make 2×3");
        assertThatThrownBy(() -> backend().add(a, normal(1, 2, 2), a))
                .hasMessage("add needs tensors of one size; got 2×3 and 2×2");
        assertThatThrownBy(() -> backend().write(new float[2], a)).hasMessageContaining("needs 6 values; got 2");
    }

    @Test
    void nonFiniteValuesAreFlaggedOnceWithTheirStep() {
        Tensor flags = backend().empty(Shape.of(3));
        backend().fill(0, flags);
        float[] values = new float[10_000];
        backend().flagNonFinite(tensor(values, 10_000), 5, 0, flags);
        values[9_999] = Float.NaN;
        backend().flagNonFinite(tensor(values, 10_000), 6, 1, flags);
        values[9_999] = Float.NEGATIVE_INFINITY;
        backend().flagNonFinite(tensor(values, 10_000), 7, 2, flags);
        backend().flagNonFinite(tensor(values, 10_000), 8, 2, flags);
        assertThat(flags.toArray()).containsExactly(0, 6, 7);
    }

    @Test
    void rowsAreGathered() {
        Tensor y = backend().empty(Shape.of(3, 2));
        backend().gatherRows(tensor(new float[] {1, 2, 3, 4}, 2, 2), new int[] {1, 0, 1}, y);
        assertThat(y.toArray()).containsExactly(3, 4, 1, 2, 3, 4);
        assertThatThrownBy(() ->
                        backend().gatherRows(y, new int[] {3}, backend().empty(Shape.of(1, 2))))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void columnsAreCopied() {
        Tensor x = tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Tensor y = tensor(new float[] {10, 20, 30, 40, 50, 60, 70, 80}, 2, 4);
        backend().copyColumns(x, 1, y, 2, 2);
        assertThat(y.toArray()).containsExactly(10, 20, 2, 3, 50, 60, 5, 6);
        assertThatThrownBy(() -> backend().copyColumns(x, 2, y, 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> backend().copyColumns(x, 0, tensor(new float[6], 3, 2), 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itemsHaveDotsFactorsAndNormPenalties() {
        Tensor a = tensor(new float[] {1, 2, 3, 4}, 2, 2);
        Tensor dots = backend().empty(Shape.of(2));
        backend().itemDots(a, tensor(new float[] {5, 6, 7, 8}, 2, 2), dots);
        assertThat(dots.toArray()).containsExactly(17, 53);
        Tensor scaled = backend().empty(a.shape());
        backend().scaleItems(a, tensor(new float[] {2, -1}, 2), scaled);
        assertThat(scaled.toArray()).containsExactly(2, 4, -3, -4);
        backend().scaleItems(a, tensor(new float[] {10}, 1), a);
        assertThat(a.toArray()).containsExactly(10, 20, 30, 40);
        Tensor value = backend().empty(Shape.of(1));
        Tensor slopes = backend().empty(Shape.of(3));
        backend().normPenalty(tensor(new float[] {25, 0, 1}, 3), 1, 0.5f, value, slopes);
        // norms 5, 0 and 1: ½ (16 + 1 + 0), and (5 − 1) / 5, nothing, nothing
        assertThat(value.item()).isEqualTo(8.5f);
        assertThat(slopes.toArray()).containsExactly(0.8f, 0, 0);
        backend().normPenalty(tensor(new float[] {25, 0, 1}, 3), 0, 0.5f, value, slopes);
        assertThat(value.item()).isEqualTo(13);
        assertThat(slopes.toArray()).containsExactly(1, 1, 1);
    }

    private static final float INFINITY = Float.POSITIVE_INFINITY;

    /** Zeros, what is smallest and largest, what is no number, and what lies between; two whole vectors and a rest. */
    private static float[] specialValues() {
        float[] each = {
            INFINITY,
            -INFINITY,
            0f,
            -0f,
            Float.NaN,
            1e-45f,
            -1e-45f,
            1e-38f,
            -1e-38f,
            1e-20f,
            -1e-20f,
            1e-4f,
            -1e-4f,
            0.33f,
            -0.33f,
            1,
            -1,
            10,
            -10,
            1e4f,
            -1e4f,
            1e30f,
            -1e30f,
            Float.MAX_VALUE,
            -Float.MAX_VALUE
        };
        float[] values = new float[2 * each.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = each[i % each.length];
        }
        return values;
    }

    static Stream<Arguments> activationsOfTorch() {
        Scalar one = new Scalar(1.0);
        return Stream.of(
                activation(Activation.Kind.RELU, 0, torch::relu),
                activation(Activation.Kind.LEAKY_RELU, 0.2f, x -> torch.leaky_relu(x, new Scalar(0.2f))),
                activation(Activation.Kind.ELU, 0.7f, x -> torch.elu(x, new Scalar(0.7f), one, one)),
                activation(Activation.Kind.TANH, 0, torch::tanh),
                activation(Activation.Kind.SIGMOID, 0, torch::sigmoid),
                activation(Activation.Kind.SOFTPLUS, 0, torch::softplus),
                activation(Activation.Kind.EXP, 0, torch::exp));
    }

    private static Arguments activation(
            Activation.Kind kind, float slope, UnaryOperator<org.bytedeco.pytorch.Tensor> reference) {
        return Arguments.of(new Activation(kind, slope), reference);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("activationsOfTorch")
    void activationsAtSpecialValuesAreAsInTorch(Activation f, UnaryOperator<org.bytedeco.pytorch.Tensor> reference) {
        float[] values = specialValues();
        Tensor x = tensor(values, values.length);
        Tensor y = backend().empty(x.shape());
        Tensor dx = backend().empty(x.shape());
        backend().activate(f, x, y);
        for (float slope : new float[] {1, -2.5f, 0, INFINITY, -INFINITY, Float.NaN}) {
            Tensor dy = backend().empty(x.shape());
            backend().fill(slope, dy);
            org.bytedeco.pytorch.Tensor leaf = Torch.leaf(x);
            org.bytedeco.pytorch.Tensor expected = reference.apply(leaf);
            expected.backward(Torch.constant(dy), new BoolOptional(), false, new TensorArrayRefOptional());
            assertAlike(f + " of ", values, y.toArray(), Torch.values(expected));
            backend().activateGradient(f, x, y, dy, dx);
            assertAlike(
                    f + "'s gradient for " + slope + " at ", values, dx.toArray(), Torch.values(Torch.gradient(leaf)));
            if (f.derivativesFromOutput()) {
                backend().activateGradient(f, y, y, dy, dx);
                assertAlike(
                        f + "'s gradient for " + slope + " at ",
                        values,
                        dx.toArray(),
                        Torch.values(Torch.gradient(leaf)));
            }
        }
    }

    /** Equal, both NaN, or close. */
    private static void assertAlike(String what, float[] at, float[] actual, float[] expected) {
        for (int i = 0; i < expected.length; i++) {
            boolean close = Math.abs(actual[i] - expected[i]) <= 2e-7f + 1e-6f * Math.abs(expected[i]);
            boolean bothNaN = Float.isNaN(actual[i]) && Float.isNaN(expected[i]);
            assertThat(actual[i] == expected[i] || bothNaN || close && Float.isFinite(expected[i]))
                    .as(what + at[i] + ": " + actual[i] + ", expected " + expected[i])
                    .isTrue();
        }
    }

    /** torch: ∞ for +∞ with 0; NaN, from 0 · ∞, in most others, where the mathematics is as clear. */
    @ParameterizedTest
    @CsvSource({
        "Infinity, 0, Infinity, 1",
        "Infinity, 0.25, Infinity, 0.75",
        "Infinity, 1, 0, 0",
        "-Infinity, 0, 0, 0",
        "-Infinity, 0.25, Infinity, -0.25",
        "-Infinity, 1, Infinity, -1",
        "3e38, 0, 3e38, 1",
        "3e38, 1, 0, 0",
        "-3e38, 1, 3e38, -1",
        "NaN, 1, NaN, NaN"
    })
    void aLogitMayBeInfinite(float logit, float target, float loss, float slope) {
        for (int length : new int[] {1, 77, 5000}) {
            for (int targets : new int[] {1, length}) {
                float[] logits = new float[length];
                float[] goals = new float[targets];
                Arrays.fill(goals, target);
                // the others are right and sure, and add nothing
                Arrays.fill(logits, target == 1 ? 200 : -200);
                logits[length / 2] = logit;
                Tensor value = backend().empty(Shape.of(1));
                Tensor gradient = backend().empty(Shape.of(length));
                backend()
                        .pointwiseLoss(
                                PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS,
                                tensor(logits, length),
                                tensor(goals, targets),
                                1,
                                value,
                                gradient);
                assertAlike(
                        length + " values, " + targets + " targets, loss and gradient at ",
                        new float[] {logit, logit},
                        new float[] {value.item(), gradient.toArray()[length / 2]},
                        new float[] {loss, slope});
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SQUARED", "ABSOLUTE", "HINGE", "WASSERSTEIN"})
    void otherLossesOfInfinitePredictionsAreAsInTorch(PointwiseLoss kind) {
        float[] values = {INFINITY, -INFINITY, 1e30f, -1e30f, 0, -0f, 1, -1, 1e-45f};
        for (float target : new float[] {1, -1}) {
            for (float v : values) {
                float[] same = new float[33];
                Arrays.fill(same, v);
                Tensor p = tensor(same, same.length);
                Tensor value = backend().empty(Shape.of(1));
                Tensor gradient = backend().empty(p.shape());
                backend().pointwiseLoss(kind, p, tensor(new float[] {target}, 1), 1 / 33f, value, gradient);
                org.bytedeco.pytorch.Tensor leaf = Torch.leaf(p);
                org.bytedeco.pytorch.Tensor t = torch.full_like(leaf.detach(), new Scalar(target));
                org.bytedeco.pytorch.Tensor expected = switch (kind) {
                    case SQUARED -> torch.mse_loss(leaf, t);
                    case ABSOLUTE -> torch.l1_loss(leaf, t);
                    case HINGE ->
                        torch.relu(leaf.mul(t).neg().add(new Scalar(1.0))).mean();
                    default -> leaf.mul(t).neg().mean();
                };
                expected.backward();
                assertAlike(
                        kind + " of ", new float[] {v}, new float[] {value.item()}, new float[] {expected.item_float()
                        });
                assertAlike(kind + "'s gradient at ", same, gradient.toArray(), Torch.values(Torch.gradient(leaf)));
            }
        }
    }

    @Test
    void aSquaredErrorsGradientDoesNotOverflowBeforeItsFactor() {
        float[] values = new float[19];
        Arrays.fill(values, 3e38f);
        Tensor gradient = backend().empty(Shape.of(19));
        backend()
                .pointwiseLoss(
                        PointwiseLoss.SQUARED,
                        tensor(values, 19),
                        tensor(new float[1], 1),
                        0.125f,
                        backend().empty(Shape.of(1)),
                        gradient);
        assertThat(gradient.toArray()).containsOnly(0.25f * 3e38f);
    }

    @Test
    void theDivergenceOfAnInfiniteVarianceIsInfinite() {
        for (float logVariance : new float[] {INFINITY, -INFINITY, 1e4f}) {
            Tensor value = backend().empty(Shape.of(1));
            Tensor dMean = backend().empty(Shape.of(2));
            Tensor dLogVariance = backend().empty(Shape.of(2));
            Tensor mean = tensor(new float[] {0, 3}, 2);
            backend().gaussianKl(mean, tensor(new float[] {logVariance, 0}, 2), 1, value, dMean, dLogVariance);
            assertThat(value.item()).isEqualTo(INFINITY);
            assertThat(dMean.toArray()).containsExactly(0, 3);
            assertThat(dLogVariance.toArray()).containsExactly(logVariance > 0 ? INFINITY : -0.5f, 0);
        }
    }

    /** As torch's clip_grad_norm_. */
    @Test
    void aNormThatIsNoNumberIsNotHidden() {
        Tensor total = backend().empty(Shape.of(1));
        for (float broken : new float[] {Float.NaN, INFINITY}) {
            Tensor gradient = tensor(new float[] {1, broken, -2}, 3);
            backend().sumOfSquares(gradient, Write.REPLACE, total);
            backend().clipByNorm(total, 5, gradient);
            float others = Float.isNaN(broken) ? Float.NaN : 0;
            assertThat(gradient.toArray())
                    .usingElementComparator((a, b) -> a.equals(b) || a + b == 0 ? 0 : 1)
                    .containsExactly(others, Float.NaN, others);
        }
        Tensor small = tensor(new float[] {3, 4}, 2);
        backend().sumOfSquares(small, Write.REPLACE, total);
        backend().clipByNorm(total, 5, small);
        assertThat(small.toArray()).containsExactly(3, 4);
    }

    /** A maximum's gradient goes to its place as it is, and as 0 to all others; a dropped value's is multiplied by 0. */
    @Test
    void infiniteGradientsOfPoolingAndDropout() {
        ConvGeometry window = ConvGeometry.square(2, 2, 0);
        Tensor x = tensor(new float[] {1, 4, 2, 3, 9, 8, 6, -INFINITY}, 1, 2, 4, 1);
        Tensor y = backend().empty(Shape.of(1, 1, 2, 1));
        Tensor places = backend().empty(y.shape());
        Tensor dx = backend().empty(x.shape());
        backend().maxPool(x, window, y, places);
        assertThat(y.toArray()).containsExactly(9, 6);
        backend().maxPoolGradient(tensor(new float[] {INFINITY, Float.NaN}, 1, 1, 2, 1), places, window, dx);
        assertThat(dx.toArray()).containsExactly(0, 0, 0, 0, INFINITY, 0, Float.NaN, 0);

        Tensor many = backend().empty(Shape.of(200));
        Tensor mask = backend().empty(many.shape());
        Tensor kept = backend().empty(many.shape());
        backend().fill(INFINITY, many);
        backend().dropout(new RandomStream(1, 2), 0.5f, many, mask, kept);
        backend().multiply(many, mask, many);
        float[] factors = mask.toArray();
        float[] expected = Torch.values(Torch.constant(tensor(factors, 200)).mul(new Scalar(INFINITY)));
        assertThat(factors).contains(0, 2);
        assertThat(expected).contains(INFINITY, Float.NaN);
        assertThat(kept.toArray()).containsExactly(expected);
        assertThat(many.toArray()).containsExactly(expected);
    }

    static Stream<Arguments> constants() {
        return Stream.of(3.7f, 1e4f, 1e-4f, -0.1f, 1e15f, 0f)
                .flatMap(value -> Stream.of(2, 48, 1000, 100_000).map(rows -> Arguments.of(value, rows)));
    }

    /** Beside a channel of large mean and small deviation, and an ordinary one. */
    @ParameterizedTest(name = "{1} times {0}")
    @MethodSource("constants")
    void equalValuesHaveTheirMeanAndNoVariance(float value, int rows) {
        int columns = 19;
        float[] values = new float[rows * columns];
        Arrays.fill(values, value);
        double[] sums = new double[2];
        for (int row = 0; row < rows; row++) {
            values[row * columns] = 1000 + (row % 2 == 0 ? 0.5f : -0.5f) * (1 + row % 3);
            values[row * columns + 1] = row % 7 - 2.5f;
            sums[0] += values[row * columns];
            sums[1] += values[row * columns + 1];
        }
        Tensor x = tensor(values, rows, columns);
        Tensor mean = backend().empty(Shape.of(columns));
        Tensor variance = backend().empty(Shape.of(columns));
        backend().columnMoments(x, mean, variance);
        float[] means = mean.toArray();
        float[] variances = variance.toArray();
        for (int j = 2; j < columns; j++) {
            assertThat(means[j]).as("mean " + j).isEqualTo(value);
            assertThat(variances[j]).as("variance " + j).isZero();
        }
        for (int j = 0; j < 2; j++) {
            double squares = 0;
            for (int row = 0; row < rows; row++) {
                squares += Math.pow(values[row * columns + j] - sums[j] / rows, 2);
            }
            assertThat(means[j])
                    .as("mean " + j)
                    .isCloseTo((float) (sums[j] / rows), offset(Math.max(1e-6f, Math.ulp(means[j]))));
            assertThat(variances[j]).as("variance " + j).isCloseTo((float) (squares / rows), withinPercentage(1e-3));
        }
        Tensor row = backend().empty(Shape.of(1, rows));
        backend().fill(value, row);
        Tensor one = backend().empty(Shape.of(1));
        Tensor spread = backend().empty(Shape.of(1));
        backend().itemMoments(row, one, spread);
        assertThat(one.item()).isEqualTo(value);
        assertThat(spread.item()).isZero();
    }
}
