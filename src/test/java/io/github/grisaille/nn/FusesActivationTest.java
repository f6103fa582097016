package io.github.grisaille.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A layer and the activation that it applies itself: the same values as those of two layers. */
class FusesActivationTest {
    private static final Shape VECTORS = Shape.of(37, 19);
    private static final Shape IMAGES = Shape.of(5, 6, 7, 19);

    static Stream<Arguments> pairs() {
        List<Supplier<Layer>> layers = List.of(
                () -> Layers.dense(19, 33),
                () -> Layers.conv2d(19, 21, 3, 1, 1),
                () -> Layers.conv2d(19, 21, 4, 2, 1, false),
                () -> Layers.convTranspose2d(19, 17, 4, 2, 1),
                () -> Layers.convTranspose2d(19, 3, 4, 2, 1),
                () -> Layers.conv2d(19, 21, ConvGeometry.square(3, 1, 1).dilation(2)),
                () -> Layers.conv2d(19, 19, ConvGeometry.square(3, 2, 1).groups(19)),
                () -> Layers.convTranspose2d(
                        19, 38, ConvGeometry.square(3, 2, 1).groups(19)),
                () -> Layers.batchNorm(19));
        List<Layer> activations = List.of(
                Layers.relu(),
                Layers.leakyRelu(0.2f),
                Layers.elu(0.7f),
                Layers.tanh(),
                Layers.sigmoid(),
                Layers.softplus());
        return layers.stream()
                .flatMap(layer -> activations.stream()
                        .flatMap(after -> Stream.of(VECTORS, IMAGES)
                                .filter(shape -> fits(layer.get(), shape))
                                .flatMap(shape -> Stream.of(true, false)
                                        .map(training -> Arguments.of(layer.get(), after, shape, training)))));
    }

    private static boolean fits(Layer layer, Shape shape) {
        try {
            layer.outputShape(shape);
            return true;
        } catch (ShapeMismatchException mismatch) {
            return false;
        }
    }

    private static Pass pass(boolean training) {
        return training ? Pass.training(Backend.cpu(), 1) : Pass.evaluating(Backend.cpu());
    }

    @ParameterizedTest(name = "{0}, {1}, {2}, training {3}")
    @MethodSource("pairs")
    void aLayerAndItsActivationAreAsTwo(Layer layer, Layer activation, Shape shape, boolean training) {
        Sequential pair = Layers.sequential(layer, activation);
        LayerChecks.randomized(pair, 7);
        Sequential first = pair.slice(0, 1);
        Sequential second = pair.slice(1, 2);
        Tensor x = Samples.normal(3, shape);
        Tensor dy = Samples.normal(4, pair.outputShape(shape));
        for (Wanted wanted : Wanted.values()) {
            List<float[]> expected = new ArrayList<>();
            clear(pair);
            try (Pass pass = pass(training)) {
                expected.add(second.forward(first.forward(x, pass), pass).toArray());
                Tensor dx = first.backward(second.backward(dy, pass, Wanted.BOTH), pass, wanted);
                addGradients(pair, dx, expected);
            }
            List<float[]> together = new ArrayList<>();
            clear(pair);
            try (Pass pass = pass(training)) {
                together.add(pair.forward(x, pass).toArray());
                addGradients(pair, pair.backward(dy, pass, wanted), together);
            }
            assertSame(together, expected);
            List<float[]> apart = new ArrayList<>();
            clear(pair);
            try (Pass pass = pass(training)) {
                apart.add(pair.forward(x, pass).toArray());
                Tensor dx = first.backward(second.backward(dy, pass, Wanted.BOTH), pass, wanted);
                addGradients(pair, dx, apart);
            }
            assertSame(apart, expected);
        }
    }

    private static void clear(Layer layer) {
        layer.parameters().forEach(Parameter::clearGradient);
    }

    private static void addGradients(Layer layer, Tensor dx, List<float[]> results) {
        if (dx != null) {
            results.add(dx.toArray());
        }
        for (Parameter parameter : layer.parameters()) {
            if (parameter.hasGradient()) {
                results.add(parameter.gradient().toArray());
            }
        }
    }

    private static void assertSame(List<float[]> actual, List<float[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i)).as("result " + i).containsExactly(expected.get(i));
        }
    }

    /** An infinite or NaN gradient of a value that ReLU sets to 0 does not pass, with and without fusion. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(floats = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN})
    void nothingPassesADeadRelu(float gradient) {
        List<Layer> layers = List.of(
                Layers.dense(19, 33),
                Layers.conv2d(19, 21, 3, 1, 1),
                Layers.convTranspose2d(19, 17, 4, 2, 1),
                Layers.batchNorm(19));
        for (Layer layer : layers) {
            Shape shape = layer instanceof Dense ? VECTORS : IMAGES;
            Sequential pair = Layers.sequential(layer, Layers.relu());
            LayerChecks.randomized(pair, 7);
            Tensor x = Samples.normal(3, shape);
            float[] zeros = Samples.normal(4, pair.outputShape(shape)).toArray();
            float[] broken = zeros.clone();
            try (Pass pass = pass(true)) {
                float[] y = pair.forward(x, pass).toArray();
                for (int i = 0; i < y.length; i++) {
                    zeros[i] = y[i] > 0 ? zeros[i] : 0;
                    broken[i] = y[i] > 0 ? zeros[i] : gradient;
                }
                List<float[]> expected = new ArrayList<>();
                clear(pair);
                addGradients(pair, pair.backward(tensor(zeros, pair, shape), pass, Wanted.BOTH), expected);
                List<float[]> together = new ArrayList<>();
                clear(pair);
                addGradients(pair, pair.backward(tensor(broken, pair, shape), pass, Wanted.BOTH), together);
                List<float[]> apart = new ArrayList<>();
                clear(pair);
                Tensor dz = pair.slice(1, 2).backward(tensor(broken, pair, shape), pass, Wanted.BOTH);
                addGradients(pair, pair.slice(0, 1).backward(dz, pass, Wanted.BOTH), apart);
                assertSame(together, apart);
                assertThat(together).hasSameSizeAs(expected);
                for (int i = 0; i < expected.size(); i++) {
                    Samples.assertClose(layer + ", result " + i, together.get(i), expected.get(i), x.size());
                }
            }
        }
    }

    private static Tensor tensor(float[] values, Sequential pair, Shape input) {
        return Backend.cpu().tensor(values, pair.outputShape(input));
    }

    @Test
    void whatIsNotThereIsSaid() {
        Sequential pair = Layers.sequential(Layers.batchNorm(3), Layers.relu());
        try (Pass pass = pass(true)) {
            pair.slice(0, 1).forward(Samples.normal(1, 4, 3), pass);
            assertThatThrownBy(() -> pair.backward(Samples.normal(2, 4, 3), pass, Wanted.INPUT))
                    .hasMessage("ReLU: backward before forward; this pass holds no forward of this layer");
        }
        try (Pass pass = pass(true)) {
            pair.forward(Samples.normal(1, 4, 3), pass);
            assertThatThrownBy(() -> pair.backward(Samples.normal(2, 4, 2), pass, Wanted.INPUT))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageContaining("layer 1 ReLU: got 4×2, wanted 4×3");
        }
    }
}
