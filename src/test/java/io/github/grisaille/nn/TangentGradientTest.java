package io.github.grisaille.nn;

import static io.github.grisaille.nn.Layers.avgPool2d;
import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.elu;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.groupNorm;
import static io.github.grisaille.nn.Layers.instanceNorm;
import static io.github.grisaille.nn.Layers.layerNorm;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.sigmoid;
import static io.github.grisaille.nn.Layers.softplus;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.nn.Layers.upsample;
import static io.github.grisaille.nn.Layers.upsampleBilinear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tangents and their gradients, of layers and of networks. loss/GradientPenaltyTest compares them with libtorch. */
class TangentGradientTest {
    static Stream<Arguments> layers() {
        Shape vectors = Shape.of(5, 6);
        Shape images = Shape.of(2, 6, 4, 3);
        return Stream.of(
                        Arguments.of(dense(6, 4), vectors),
                        Arguments.of(conv2d(3, 2, 3, 2, 1), images),
                        Arguments.of(convTranspose2d(3, 2, 4, 2, 1), images),
                        Arguments.of(
                                conv2d(
                                        3,
                                        6,
                                        ConvGeometry.square(3, 2, 2).dilation(2).groups(3)),
                                images),
                        Arguments.of(
                                convTranspose2d(
                                        3,
                                        6,
                                        ConvGeometry.square(3, 2, 1)
                                                .outputPadding(1)
                                                .groups(3)),
                                images),
                        Arguments.of(maxPool2d(2), images),
                        Arguments.of(avgPool2d(2), images),
                        Arguments.of(upsample(2), images),
                        Arguments.of(upsampleBilinear(2), images),
                        Arguments.of(flatten(), images),
                        Arguments.of(dropout(0.3f), vectors),
                        Arguments.of(relu(), vectors),
                        Arguments.of(leakyRelu(0.2f), vectors),
                        Arguments.of(elu(0.8f), vectors),
                        Arguments.of(tanh(), vectors),
                        Arguments.of(sigmoid(), vectors),
                        Arguments.of(softplus(), vectors),
                        Arguments.of(layerNorm(6), vectors),
                        Arguments.of(layerNorm(6, 4, 3), images),
                        Arguments.of(layerNorm(3), images),
                        Arguments.of(layerNorm(4, 3), images),
                        Arguments.of(layerNorm(6, 4, 3).withoutAffine(), images),
                        Arguments.of(dense(3, 2).onLastAxis(), images),
                        Arguments.of(groupNorm(2, 6), vectors),
                        Arguments.of(groupNorm(1, 3), images),
                        Arguments.of(instanceNorm(3), images),
                        Arguments.of(instanceNorm(3).withoutAffine(), images),
                        Arguments.of(sequential(dense(6, 5), tanh(), dense(5, 5), softplus(), dense(5, 2)), vectors),
                        Arguments.of(
                                sequential(
                                        conv2d(3, 4, 3, 1, 1),
                                        sequential(layerNorm(6, 4, 4), tanh()),
                                        avgPool2d(2),
                                        flatten(),
                                        dense(24, 1)),
                                images),
                        Arguments.of(sequential(tanh(), sequential(sigmoid(), dense(6, 3)), softplus()), vectors))
                .map(arguments -> Arguments.of(
                        ((Layer) arguments.get()[0]).name(),
                        arguments.get()[0],
                        arguments.get()[1]));
    }

    /** Values so far apart that a finite difference meets no kink and no tie. */
    private static Tensor farApart(Shape shape) {
        Tensor x = Samples.apart(11, shape);
        x.backend().scale(x, shape.rank() == 4 ? 10 : 2, x);
        return x;
    }

    @ParameterizedTest(name = "{0} of {2}")
    @MethodSource("layers")
    void matchesFiniteDifferences(String name, Layer layer, Shape shape) {
        LayerChecks.randomized(layer, 3);
        Tensor x = layer instanceof ActivationLayer || layer instanceof MaxPool2d
                ? farApart(shape)
                : Samples.normal(11, shape);
        if (layer instanceof LayerNorm || layer instanceof GroupNorm) {
            // with a larger standard deviation of an item, the output is closer to linear in it
            x.backend().scale(x, 4, x);
        }
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, true);
    }

    @Test
    void batchNormHasOneWhenEvaluatingAndSaysWhyNotWhenTraining() {
        BatchNorm layer = LayerChecks.randomized(batchNorm(6), 3);
        layer.buffers().get(1).set(1, 2, 3, 4, 5, 6);
        Tensor x = Samples.normal(1, 5, 6);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, false);
        try (Pass pass = Pass.training(x.backend(), 1)) {
            layer.forward(x, pass);
            assertThatThrownBy(() -> layer.tangent(x, pass))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("a gradient penalty is per item; use a discriminator without BatchNorm");
        }
    }

    /** y = tanh(w x), so the tangent along u is w (1 − y²) u. Its gradients for w and x, at w = 1, x = 0.5, u = 2, dy = 3. */
    @Test
    void byHand() {
        Sequential network = sequential(dense(1, 1), tanh());
        network.parameters().get(0).set(1);
        network.parameters().get(1).set(0);
        double y = Math.tanh(0.5);
        double slope = 1 - y * y;
        try (Pass pass = Pass.evaluating(network.backend())) {
            network.forward(Tensor.of(new float[] {0.5f}, 1, 1), pass);
            float gradient = network.tangentGradient(
                            Tensor.of(new float[] {2}, 1, 1), Tensor.of(new float[] {3}, 1, 1), pass, Wanted.BOTH)
                    .item();
            // d/dx of w (1 − tanh²(w x)) is −2 w² y (1 − y²); d/dw is (1 − y²) − 2 w x y (1 − y²)
            assertThat(gradient).isCloseTo((float) (2 * 3 * -2 * y * slope), within(1e-5f));
            assertThat(network.parameters().get(0).gradient().item())
                    .isCloseTo((float) (2 * 3 * (slope - 2 * 0.5 * y * slope)), within(1e-5f));
        }
    }

    @Test
    void aLayerWithoutOneSaysSo() {
        Layer plain = new Layer() {
            @Override
            public String name() {
                return "Plain";
            }

            @Override
            public Shape outputShape(Shape input) {
                return input;
            }

            @Override
            public Tensor forward(Tensor x, Pass pass) {
                return x;
            }

            @Override
            public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
                return dy;
            }
        };
        assertThatThrownBy(() -> plain.tangentGradient(null, null, null, Wanted.BOTH))
                .hasMessageContaining("Plain has no gradient of its tangent");
    }
}
