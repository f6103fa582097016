package io.github.grisaille.loss;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.layerNorm;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.softplus;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GradientPenaltyTest {
    private static final Backend BACKEND = Backend.cpu();
    private static final int BATCH = 6;

    /** A discriminator, and the same in libtorch. */
    private interface Reference {
        org.bytedeco.pytorch.Tensor apply(org.bytedeco.pytorch.Tensor x, List<org.bytedeco.pytorch.Tensor> parameters);
    }

    private enum Bend {
        LEAKY_RELU,
        TANH,
        SOFTPLUS;

        Layer layer() {
            return switch (this) {
                case LEAKY_RELU -> leakyRelu(0.2f);
                case TANH -> tanh();
                case SOFTPLUS -> softplus();
            };
        }

        org.bytedeco.pytorch.Tensor apply(org.bytedeco.pytorch.Tensor x) {
            return switch (this) {
                case LEAKY_RELU -> torch.leaky_relu(x, new Scalar(0.2));
                case TANH -> torch.tanh(x);
                case SOFTPLUS -> torch.softplus(x);
            };
        }
    }

    private static org.bytedeco.pytorch.Tensor linear(
            org.bytedeco.pytorch.Tensor x, List<org.bytedeco.pytorch.Tensor> p, int at) {
        return torch.linear(x, p.get(at).permute(1, 0), Torch.optional(p.get(at + 1)));
    }

    private static org.bytedeco.pytorch.Tensor conv(
            org.bytedeco.pytorch.Tensor nhwc, List<org.bytedeco.pytorch.Tensor> p, int at) {
        return Torch.nhwc(torch.conv2d(
                Torch.nchw(nhwc),
                Torch.kernel(p.get(at)),
                Torch.optional(p.get(at + 1)),
                new long[] {2, 2},
                new long[] {1, 1},
                new long[] {1, 1},
                1));
    }

    private record Case(String name, Sequential discriminator, Tensor x, Reference reference) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case dense3(Bend bend, long seed) {
        return new Case(
                "dense, " + bend,
                sequential(dense(7, 16), bend.layer(), dense(16, 12), bend.layer(), dense(12, 1))
                        .initialize(seed),
                Samples.normal(seed, BATCH, 7),
                (x, p) -> linear(bend.apply(linear(bend.apply(linear(x, p, 0)), p, 2)), p, 4));
    }

    private static Case convolutional(Bend bend, long seed) {
        return new Case(
                "convolutional, " + bend,
                sequential(
                                conv2d(3, 8, 4, 2, 1),
                                bend.layer(),
                                conv2d(8, 10, 4, 2, 1),
                                bend.layer(),
                                flatten(),
                                dense(90, 1))
                        .initialize(seed),
                Samples.normal(seed, BATCH, 12, 12, 3),
                (x, p) ->
                        linear(bend.apply(conv(bend.apply(conv(x, p, 0)), p, 2)).flatten(1, -1), p, 4));
    }

    private static Case pooled(long seed) {
        return new Case(
                "max pooling, tanh",
                sequential(conv2d(1, 6, 4, 2, 1), tanh(), maxPool2d(2), flatten(), dense(24, 5), tanh(), dense(5, 1))
                        .initialize(seed),
                Samples.normal(seed, BATCH, 8, 8, 1),
                (x, p) -> {
                    org.bytedeco.pytorch.Tensor pooled =
                            torch.max_pool2d(Torch.nchw(torch.tanh(conv(x, p, 0))), new long[] {2, 2});
                    return linear(torch.tanh(linear(Torch.nhwc(pooled).flatten(1, -1), p, 2)), p, 4);
                });
    }

    private static Case normalized(long seed) {
        return new Case(
                "layer normalisation",
                sequential(dense(7, 9), layerNorm(9), leakyRelu(0.2f), dense(9, 1))
                        .initialize(seed),
                Samples.normal(seed, BATCH, 7),
                (x, p) -> linear(
                        torch.leaky_relu(
                                torch.layer_norm(
                                        linear(x, p, 0),
                                        new long[] {9},
                                        Torch.optional(p.get(2)),
                                        Torch.optional(p.get(3)),
                                        1e-5,
                                        false),
                                new Scalar(0.2)),
                        p,
                        4));
    }

    static Stream<Arguments> cases() {
        return Stream.of(1L, 2L, 3L)
                .flatMap(seed -> Stream.concat(
                                Stream.of(Bend.values())
                                        .flatMap(bend -> Stream.of(dense3(bend, seed), convolutional(bend, seed))),
                                Stream.of(pooled(seed), normalized(seed)))
                        .map(c -> Arguments.of(c, seed)));
    }

    /** ½γ‖v‖² or λ(‖v‖ − 1)², meaned over the items. */
    private static org.bytedeco.pytorch.Tensor written(org.bytedeco.pytorch.Tensor v, boolean r1, double weight) {
        org.bytedeco.pytorch.Tensor squares =
                v.flatten(1, -1).pow(new Scalar(2.0)).sum(1);
        return r1
                ? squares.mean().mul(new Scalar(weight / 2))
                : squares.sqrt()
                        .sub(new Scalar(1.0))
                        .pow(new Scalar(2.0))
                        .mean()
                        .mul(new Scalar(weight));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("cases")
    void agreesWithTorchsDoubleBackward(Case c, long seed) {
        for (boolean r1 : new boolean[] {true, false}) {
            List<org.bytedeco.pytorch.Tensor> leaves = new ArrayList<>();
            c.discriminator.parameters().forEach(parameter -> leaves.add(Torch.leaf(parameter.value())));
            org.bytedeco.pytorch.Tensor x = Torch.leaf(c.x);
            org.bytedeco.pytorch.Tensor total = c.reference.apply(x, leaves).sum();
            org.bytedeco.pytorch.Tensor v = torch.grad(
                            new TensorVector(total),
                            new TensorVector(x),
                            new TensorVector(),
                            new BoolOptional(true),
                            true,
                            false)
                    .get(0);
            org.bytedeco.pytorch.Tensor expected = written(v, r1, 3);
            expected.backward();
            clear(c.discriminator);
            // between an item and itself there is only the item
            GradientPenalty penalty = r1 ? GradientPenalty.r1(3) : GradientPenalty.wganGp(3);
            float value = add(penalty, c.discriminator, c.x, c.x);
            assertThat(value).isCloseTo(expected.item_float(), within(1e-5f * Math.max(1, expected.item_float())));
            for (int i = 0; i < leaves.size(); i++) {
                float[] gradient =
                        c.discriminator.parameters().get(i).gradient().toArray();
                boolean untouched = !Torch.gradient(leaves.get(i)).defined();
                float[] reference =
                        untouched ? new float[gradient.length] : Torch.values(Torch.gradient(leaves.get(i)));
                assertThat(difference(gradient, reference))
                        .as("gradient %d of %s, R1 %s", i, c.name, r1)
                        .isLessThan(1e-4);
            }
        }
    }

    /** The largest difference, relative to the largest value. */
    private static double difference(float[] actual, float[] expected) {
        double largest = 1e-6;
        double difference = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
        }
        return difference / largest;
    }

    private static void clear(Sequential network) {
        network.parameters().forEach(Parameter::clearGradient);
    }

    private static float add(GradientPenalty penalty, Sequential d, Tensor real, Tensor fake) {
        Workspace workspace = new Workspace(BACKEND);
        try (Pass onReal = Pass.training(BACKEND, 1);
                Pass onFake = Pass.training(BACKEND, 1)) {
            Tensor logits = d.forward(real, onReal);
            return penalty.add(
                            d,
                            new GradientPenalty.Shown(real, logits, onReal, fake, onFake),
                            workspace,
                            new RandomStream(1, 1))
                    .item();
        }
    }

    /** D(x) = w·x has v = w everywhere: ½γ‖w‖² with gradient γw, and λ(‖w‖ − 1)² with gradient 2λ(‖w‖ − 1)w/‖w‖. */
    @Test
    void byHand() {
        Sequential d = sequential(dense(2, 1));
        d.parameters().get(0).set(3, 4);
        Tensor real = Samples.normal(1, 5, 2);
        Tensor fake = Samples.normal(2, 5, 2);
        assertThat(add(GradientPenalty.r1(0.1f), d, real, fake)).isCloseTo(0.05f * 25, within(1e-6f));
        assertClose(d, 0.3f, 0.4f);
        assertThat(add(GradientPenalty.wganGp(10), d, real, fake)).isCloseTo(10 * 16, within(1e-4f));
        assertClose(d, 2 * 10 * 4 * 3 / 5f, 2 * 10 * 4 * 4 / 5f);
        assertThat(add(GradientPenalty.dragan(10, 0.5f), d, real, fake)).isCloseTo(10 * 16, within(1e-4f));
        assertClose(d, 48, 64);
        // lazily: as many times the gradient, the same value
        assertThat(add(GradientPenalty.r1(0.1f).every(4), d, real, fake)).isCloseTo(0.05f * 25, within(1e-6f));
        assertClose(d, 1.2f, 1.6f);
    }

    private static void assertClose(Sequential d, float... expected) {
        float[] gradient = d.parameters().get(0).gradient().toArray();
        for (int i = 0; i < expected.length; i++) {
            assertThat(gradient[i]).isCloseTo(expected[i], within(1e-4f));
        }
        clear(d);
    }

    @Test
    void aGradientOfZeroStaysFinite() {
        Sequential d = sequential(dense(2, 1));
        d.parameters().get(0).set(0, 0);
        assertThat(add(GradientPenalty.wganGp(10), d, Samples.normal(1, 5, 2), Samples.normal(2, 5, 2)))
                .isEqualTo(10);
        assertThat(d.parameters().get(0).gradient().toArray()).containsExactly(0, 0);
    }

    /** ‖∇D‖² of tanh(w x) on the line between a real item at 0 and a fake at 1 lies between that at both ends. */
    @Test
    void thePointsOfWganGpLieBetweenAndThoseOfDraganAround() {
        Sequential d = sequential(dense(1, 1), tanh());
        d.parameters().get(0).set(1);
        d.parameters().get(1).set(0);
        Tensor zeros = Tensor.of(new float[400], 400, 1);
        Tensor ones = BACKEND.empty(zeros.shape());
        BACKEND.fill(1, ones);
        // (1 − tanh² x − 1)² = tanh⁴ x, whose mean over x uniform in [0, 1] is 0.0933
        assertThat(add(GradientPenalty.wganGp(1), d, zeros, ones)).isCloseTo(0.0933f, within(0.012f));
        // over x from N(0, 0.5²) it is 0.0572
        assertThat(add(GradientPenalty.dragan(1, 0.5f), d, zeros, ones)).isCloseTo(0.0572f, within(0.02f));
    }

    @Test
    void dueStepsBeginWithTheFirst() {
        GradientPenalty lazy = GradientPenalty.r1(1).every(4);
        assertThat(Stream.iterate(1L, step -> step + 1)
                        .limit(9)
                        .filter(lazy::due)
                        .toList())
                .containsExactly(1L, 5L, 9L);
    }

    /**
     * A cheaper way would be a central difference: the penalty's gradient is the change of D's parameter gradient when the
     * inputs move along u. It works where activations are smooth, and fails at the kinks of (leaky) ReLU.
     */
    @Test
    void aFiniteDifferenceOfGradientsFailsAtKinksAndWorksForSmoothActivations() {
        double smooth = errorOfFiniteDifference(Bend.SOFTPLUS);
        double kinked = errorOfFiniteDifference(Bend.LEAKY_RELU);
        assertThat(smooth).isLessThan(0.01);
        assertThat(kinked).isGreaterThan(0.1);
    }

    private static double errorOfFiniteDifference(Bend bend) {
        Sequential d = sequential(dense(2, 64), bend.layer(), dense(64, 64), bend.layer(), dense(64, 1))
                .initialize(4);
        Tensor x = Samples.normal(4, 64, 2);
        clear(d);
        add(GradientPenalty.r1(1), d, x, x);
        float[] exact = d.parameters().get(0).gradient().toArray();
        Tensor ones = BACKEND.empty(Shape.of(64, 1));
        BACKEND.fill(1f / 64, ones);
        Tensor v;
        try (Pass pass = Pass.training(BACKEND, 1)) {
            d.forward(x, pass);
            v = d.backward(ones, pass, Wanted.INPUT);
            BACKEND.scale(v, 64, v);
        }
        float h = 1e-2f;
        float[] above = gradientAt(d, x, v, h, ones);
        float[] below = gradientAt(d, x, v, -h, ones);
        double error = 0;
        double size = 0;
        for (int i = 0; i < exact.length; i++) {
            error += Math.pow((above[i] - below[i]) / (2 * h) - exact[i], 2);
            size += Math.pow(exact[i], 2);
        }
        return Math.sqrt(error / size);
    }

    private static float[] gradientAt(Sequential d, Tensor x, Tensor v, float h, Tensor dy) {
        Tensor moved = BACKEND.empty(x.shape());
        BACKEND.scale(v, h, moved);
        BACKEND.add(x, moved, moved);
        clear(d);
        try (Pass pass = Pass.training(BACKEND, 1)) {
            d.forward(moved, pass);
            d.backward(dy, pass, Wanted.PARAMETERS);
        }
        return d.parameters().get(0).gradient().toArray();
    }

    @Test
    void badInputIsSaidClearly() {
        assertThatThrownBy(() -> GradientPenalty.r1(0)).hasMessageContaining("must be above 0 and finite; got 0.0");
        assertThatThrownBy(() -> GradientPenalty.dragan(10, -1)).hasMessageContaining("the noise's deviation");
        assertThatThrownBy(() -> GradientPenalty.r1(1).every(0)).hasMessageContaining("at least 1 step");
        Sequential normalised = sequential(dense(2, 3), batchNorm(3), dense(3, 1));
        Tensor x = Samples.normal(1, 4, 2);
        assertThatThrownBy(() -> add(GradientPenalty.r1(1), normalised, x, x))
                .hasMessageContaining("use a discriminator without BatchNorm, or replace BatchNorm by layerNorm");
    }
}
