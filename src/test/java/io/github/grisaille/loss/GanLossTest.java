package io.github.grisaille.loss;

import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GanLossTest {
    private static final Backend BACKEND = Backend.cpu();
    private static final RandomStream RANDOM = new RandomStream(0, 0);

    /** A part of a loss, ours and as the papers write it, in libtorch's operations. */
    private record Part(
            String name, Function<Tensor, LossValue> ours, UnaryOperator<org.bytedeco.pytorch.Tensor> written) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static org.bytedeco.pytorch.Tensor plus(org.bytedeco.pytorch.Tensor x, double term) {
        return x.add(new Scalar(term));
    }

    private static org.bytedeco.pytorch.Tensor times(org.bytedeco.pytorch.Tensor x, double factor) {
        return x.mul(new Scalar(factor));
    }

    /** log D, with D the sigmoid of the logit. */
    private static org.bytedeco.pytorch.Tensor logD(org.bytedeco.pytorch.Tensor logit) {
        return torch.log_sigmoid(logit);
    }

    /** log(1 − D). */
    private static org.bytedeco.pytorch.Tensor logNotD(org.bytedeco.pytorch.Tensor logit) {
        return torch.log_sigmoid(logit.neg());
    }

    private static Part real(String name, GanLoss loss, UnaryOperator<org.bytedeco.pytorch.Tensor> written) {
        return new Part(name + ", real", logits -> loss.onReal(logits, RANDOM, BACKEND), written);
    }

    private static Part fake(String name, GanLoss loss, UnaryOperator<org.bytedeco.pytorch.Tensor> written) {
        return new Part(name + ", fake", logits -> loss.onFake(logits, RANDOM, BACKEND), written);
    }

    private static Part generated(String name, GanLoss loss, UnaryOperator<org.bytedeco.pytorch.Tensor> written) {
        return new Part(name + ", generated", logits -> loss.onGenerated(logits, BACKEND), written);
    }

    static Stream<Arguments> parts() {
        GanLoss smooth = GanLoss.nonSaturating().smoothed(0.1f);
        GanLoss both = GanLoss.minimax().smoothedBothSides(0.2f);
        GanLoss squares = GanLoss.leastSquares().smoothed(0.1f);
        return Stream.of(
                        real("minimax", GanLoss.minimax(), a -> logD(a).neg().mean()),
                        fake("minimax", GanLoss.minimax(), a -> logNotD(a).neg().mean()),
                        generated("minimax", GanLoss.minimax(), a -> logNotD(a).mean()),
                        generated(
                                "non-saturating",
                                GanLoss.nonSaturating(),
                                a -> logD(a).neg().mean()),
                        real(
                                "smoothed",
                                smooth,
                                a -> times(logD(a), -0.9)
                                        .add(times(logNotD(a), -0.1))
                                        .mean()),
                        fake("smoothed", smooth, a -> logNotD(a).neg().mean()),
                        generated("smoothed", smooth, a -> logD(a).neg().mean()),
                        real(
                                "smoothed both",
                                both,
                                a -> times(logD(a), -0.8)
                                        .add(times(logNotD(a), -0.2))
                                        .mean()),
                        fake(
                                "smoothed both",
                                both,
                                a -> times(logD(a), -0.2)
                                        .add(times(logNotD(a), -0.8))
                                        .mean()),
                        real(
                                "least squares, smoothed",
                                squares,
                                a -> times(plus(a, -0.9).pow(new Scalar(2.0)).mean(), 0.5)),
                        fake(
                                "least squares, smoothed",
                                squares,
                                a -> times(a.pow(new Scalar(2.0)).mean(), 0.5)),
                        real(
                                "hinge",
                                GanLoss.hinge(),
                                a -> torch.relu(plus(a.neg(), 1)).mean()),
                        fake(
                                "hinge",
                                GanLoss.hinge(),
                                a -> torch.relu(plus(a, 1)).mean()),
                        generated("hinge", GanLoss.hinge(), a -> a.neg().mean()),
                        real("Wasserstein", GanLoss.wasserstein(), a -> a.neg().mean()),
                        fake("Wasserstein", GanLoss.wasserstein(), a -> a.mean()))
                .flatMap(part -> Stream.of(1L, 2L, 3L).map(seed -> Arguments.of(part, seed)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("parts")
    void agreesWithTorchAndWithFiniteDifferences(Part part, long seed) {
        Tensor logits = Samples.apart(seed, Shape.of((int) seed * 5, 1));
        org.bytedeco.pytorch.Tensor leaf = Torch.leaf(logits);
        org.bytedeco.pytorch.Tensor expected = part.written.apply(leaf);
        expected.backward();
        LossValue actual = part.ours.apply(logits);
        assertThat(actual.value().item()).isCloseTo(expected.item_float(), within(2e-6f));
        assertClose("gradient", actual.gradient().toArray(), Torch.values(Torch.gradient(leaf)), 1);
        float h = 1e-2f;
        float[] values = logits.toArray();
        values[0] += h;
        double above =
                part.ours.apply(BACKEND.tensor(values, logits.shape())).value().item();
        values[0] -= 2 * h;
        double below =
                part.ours.apply(BACKEND.tensor(values, logits.shape())).value().item();
        assertThat((above - below) / (2 * h)).isCloseTo(actual.gradient().toArray()[0], within(2e-4));
    }

    @Test
    void byHand() {
        Tensor logit = Tensor.of(new float[] {0}, 1, 1);
        float log2 = (float) Math.log(2);
        GanLoss standard = GanLoss.nonSaturating();
        assertThat(standard.onReal(logit, RANDOM, BACKEND).value().item()).isCloseTo(log2, within(1e-6f));
        assertThat(standard.onReal(logit, RANDOM, BACKEND).gradient().item()).isEqualTo(-0.5f);
        assertThat(standard.onFake(logit, RANDOM, BACKEND).gradient().item()).isEqualTo(0.5f);
        assertThat(standard.onGenerated(logit, BACKEND).gradient().item()).isEqualTo(-0.5f);
        assertThat(GanLoss.minimax().onGenerated(logit, BACKEND).value().item()).isCloseTo(-log2, within(1e-6f));
        Tensor score = Tensor.of(new float[] {3}, 1, 1);
        assertThat(GanLoss.leastSquares().onFake(score, RANDOM, BACKEND).value().item())
                .isEqualTo(4.5f);
        assertThat(GanLoss.hinge().onReal(score, RANDOM, BACKEND).value().item())
                .isZero();
        assertThat(GanLoss.hinge().onFake(score, RANDOM, BACKEND).value().item())
                .isEqualTo(4);
        assertThat(GanLoss.hinge().onGenerated(score, BACKEND).value().item()).isEqualTo(-3);
        assertThat(GanLoss.wasserstein().onFake(score, RANDOM, BACKEND).value().item())
                .isEqualTo(3);
    }

    @Test
    void theSaturatingLossHasNoGradientWhereTheDiscriminatorIsSureAndTheOtherHas() {
        Tensor surelyFake = Tensor.of(new float[] {-12}, 1, 1);
        assertThat(GanLoss.minimax().onGenerated(surelyFake, BACKEND).gradient().item())
                .isCloseTo(-6.1e-6f, within(1e-7f));
        assertThat(GanLoss.nonSaturating()
                        .onGenerated(surelyFake, BACKEND)
                        .gradient()
                        .item())
                .isCloseTo(-1, within(1e-5f));
    }

    /** The gradient of the cross-entropy is σ(logit) − label, so at a logit of 0 it shows the label. */
    @Test
    void aShareOfTheLabelsIsFlippedBySeed() {
        Tensor zeros = BACKEND.empty(Shape.of(20_000, 1));
        BACKEND.fill(0, zeros);
        GanLoss loss = GanLoss.nonSaturating().smoothed(0.1f).flipped(0.2f);
        float[] real =
                loss.onReal(zeros, new RandomStream(1, 1), BACKEND).gradient().toArray();
        float[] again =
                loss.onReal(zeros, new RandomStream(1, 1), BACKEND).gradient().toArray();
        float[] fake =
                loss.onFake(zeros, new RandomStream(1, 2), BACKEND).gradient().toArray();
        assertThat(again).containsExactly(real);
        assertThat(share(real, 0.5f - 0.9f)).isCloseTo(0.8, within(0.01));
        assertThat(share(real, 0.5f)).isCloseTo(0.2, within(0.01));
        assertThat(share(fake, 0.5f)).isCloseTo(0.8, within(0.01));
        assertThat(share(fake, 0.5f - 0.9f)).isCloseTo(0.2, within(0.01));
    }

    private static double share(float[] gradients, float wanted) {
        int count = 0;
        for (float gradient : gradients) {
            count += Math.abs(gradient * gradients.length - wanted) < 1e-4 ? 1 : 0;
        }
        return (double) count / gradients.length;
    }

    @Test
    void badInputIsSaidClearly() {
        assertThatThrownBy(() -> GanLoss.nonSaturating().smoothed(0.6f))
                .hasMessageContaining("from 0 (none) to 0.5 (both labels equal); got 0.6");
        assertThatThrownBy(() -> GanLoss.nonSaturating().smoothedBothSides(-0.1f))
                .hasMessageContaining("got -0.1");
        assertThatThrownBy(() -> GanLoss.nonSaturating().smoothed(Float.NaN)).hasMessageContaining("got NaN");
        assertThatThrownBy(() -> GanLoss.hinge().smoothed(0.1f)).hasMessageContaining("this loss has no labels");
        assertThatThrownBy(() -> GanLoss.nonSaturating().flipped(0.5f)).hasMessageContaining("less than 0.5; got 0.5");
    }
}
