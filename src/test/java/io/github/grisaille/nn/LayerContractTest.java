package io.github.grisaille.nn;

import static io.github.grisaille.nn.Gradients.assertSame;
import static io.github.grisaille.nn.Gradients.clear;
import static io.github.grisaille.nn.Gradients.gradients;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What passes and layers promise each other. */
class LayerContractTest {
    private final Backend backend = Backend.cpu();

    private static Sequential discriminator() {
        return sequential(dense(6, 8), leakyRelu(0.2f), dense(8, 5), tanh(), dense(5, 1))
                .initialize(3);
    }

    /** A layer that counts what it is asked for. */
    private static final class Probe implements Layer {
        private final List<Wanted> asked = new ArrayList<>();

        @Override
        public String name() {
            return "Probe";
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
            asked.add(wanted);
            return wanted.input() ? dy : null;
        }
    }

    @Test
    void twoPassesOfOneDiscriminatorLiveSideBySide() {
        Sequential d = discriminator();
        Tensor real = Samples.normal(1, 4, 6);
        Tensor fake = Samples.normal(2, 4, 6);
        Tensor dy = Samples.normal(3, 4, 1);
        List<List<float[]>> alone = new ArrayList<>();
        List<float[]> inputs = new ArrayList<>();
        for (Tensor x : List.of(real, fake)) {
            try (Pass pass = Pass.training(backend, 1)) {
                clear(d);
                d.forward(x, pass);
                inputs.add(d.backward(dy, pass, Wanted.BOTH).toArray());
                alone.add(gradients(d));
            }
        }
        try (Pass onReal = Pass.training(backend, 1);
                Pass onFake = Pass.training(backend, 1)) {
            d.forward(real, onReal);
            d.forward(fake, onFake);
            clear(d);
            assertThat(d.backward(dy, onReal, Wanted.BOTH).toArray()).containsExactly(inputs.get(0));
            assertSame(gradients(d), alone.get(0));
            clear(d);
            assertThat(d.backward(dy, onFake, Wanted.BOTH).toArray()).containsExactly(inputs.get(1));
            assertSame(gradients(d), alone.get(1));
        }
    }

    @Test
    void predictingBetweenForwardAndBackwardChangesNothing() {
        Sequential d = discriminator();
        Tensor x = Samples.normal(1, 4, 6);
        Tensor dy = Samples.normal(3, 4, 1);
        List<List<float[]>> results = new ArrayList<>();
        for (boolean predict : new boolean[] {false, true}) {
            try (Pass pass = Pass.training(backend, 1)) {
                clear(d);
                d.forward(x, pass);
                if (predict) {
                    d.predict(Samples.normal(9, 11, 6));
                }
                d.backward(dy, pass, Wanted.BOTH);
                results.add(gradients(d));
            }
        }
        assertSame(results.get(1), results.get(0));
    }

    @Test
    void wantingTheInputOnlyLeavesParametersAlone() {
        Sequential d = discriminator();
        Tensor x = Samples.normal(1, 4, 6);
        try (Pass pass = Pass.training(backend, 1)) {
            d.forward(x, pass);
            assertThat(d.backward(Samples.normal(3, 4, 1), pass, Wanted.INPUT).shape())
                    .isEqualTo(x.shape());
        }
        assertThat(d.parameters()).noneMatch(Parameter::hasGradient);
    }

    @Test
    void nobodyComputesWhatNobodyReads() {
        Probe below = new Probe();
        Probe above = new Probe();
        Sequential network = sequential(below, dense(3, 3), above, dense(3, 1));
        try (Pass pass = Pass.training(backend, 1)) {
            network.forward(Samples.normal(1, 2, 3), pass);
            assertThat(network.backward(Samples.normal(2, 2, 1), pass, Wanted.PARAMETERS))
                    .isNull();
            assertThat(below.asked).isEmpty();
            assertThat(above.asked).containsExactly(Wanted.BOTH);
            network.backward(Samples.normal(2, 2, 1), pass, Wanted.INPUT);
            assertThat(below.asked).containsExactly(Wanted.INPUT);
            assertThat(above.asked).containsExactly(Wanted.BOTH, Wanted.INPUT);
        }
    }

    @Test
    void theFirstGradientReplacesAndLaterOnesAdd() {
        Dense layer = dense(1, 1, false);
        try (Pass pass = Pass.training(backend, 1)) {
            layer.forward(Tensor.of(new float[] {3}, 1, 1), pass);
            Tensor one = Tensor.of(new float[] {1}, 1, 1);
            Parameter weight = layer.parameters().get(0);
            layer.backward(one, pass, Wanted.PARAMETERS);
            layer.backward(one, pass, Wanted.PARAMETERS);
            assertThat(weight.gradient().item()).isEqualTo(6);
            weight.clearGradient();
            assertThat(weight.gradient().item()).isZero();
            layer.backward(one, pass, Wanted.PARAMETERS);
            assertThat(weight.gradient().item()).isEqualTo(3);
        }
    }

    @Test
    void whatTheUserHoldsIsNeverOverwrittenAndInnerBuffersAreUsedAgain() {
        Sequential network = sequential(
                reshape(4, 4, 1), conv2d(1, 3, 3, 1, 1), relu(), maxPool2d(2), flatten(), dropout(0.5f), dense(12, 2));
        Workspace workspace = new Workspace(backend);
        RandomStream random = new RandomStream(1, 1);
        List<Tensor> held = new ArrayList<>();
        List<float[]> seen = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            try (Pass pass = Pass.training(workspace, random)) {
                Tensor y = network.forward(Samples.normal(i, 3, 16), pass);
                Tensor dx = network.backward(Samples.normal(i + 50, 3, 2), pass, Wanted.BOTH);
                held.add(y);
                held.add(dx);
                seen.add(y.toArray());
                seen.add(dx.toArray());
            }
        }
        for (int i = 0; i < held.size(); i++) {
            assertThat(held.get(i).toArray()).containsExactly(seen.get(i));
        }
        // the convolution's output was an inner tensor: its buffer is in the workspace, and the user's tensors are not
        Storage waiting = workspace.take(3 * 4 * 4 * 3);
        assertThat(held).noneMatch(tensor -> tensor.storage() == waiting);
        Storage next;
        try (Pass pass = Pass.training(workspace, random)) {
            next = pass.scratch(Shape.of(3, 12)).storage();
        }
        assertThat(workspace.take(36)).isSameAs(next);
    }

    @Test
    void aNetworkThatEndsInAViewOrAnIdentityHandsOutWhatStaysTheUsers() {
        Sequential network = sequential(dense(4, 6), reshape(2, 3, 1), dropout(0.5f));
        Workspace workspace = new Workspace(backend);
        Tensor y;
        try (Pass pass = Pass.evaluating(workspace)) {
            y = network.forward(Samples.normal(1, 1, 4), pass);
        }
        assertThat(workspace.take(6)).isNotSameAs(y.storage());
    }

    @Test
    void misuseIsSaidClearly() {
        Dense layer = dense(2, 2);
        Tensor x = Samples.normal(1, 3, 2);
        Pass pass = Pass.training(backend, 1);
        assertThatThrownBy(() -> layer.backward(x, pass, Wanted.BOTH))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Dense(2 → 2): backward before forward");
        layer.forward(x, pass);
        assertThatThrownBy(() -> layer.forward(x, pass))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already had its forward in this scope");
        assertThatThrownBy(() -> layer.backward(Samples.normal(1, 3, 3), pass, Wanted.BOTH))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("got 3×3, wanted 3×2 (the gradient has the shape of the output)");
        pass.close();
        assertThatThrownBy(() -> layer.backward(x, pass, Wanted.BOTH)).hasMessageContaining("this pass is closed");
        assertThatThrownBy(() -> Pass.evaluating(backend).random()).hasMessageContaining("draws no random numbers");
        assertThatThrownBy(() -> new Probe().tangent(x, pass)).hasMessage("Probe has no tangent");
    }

    @Test
    void dropoutKeepsTheMeanAndItsMaskIsTheGradients() {
        Layer layer = dropout(0.25f);
        Tensor ones = backend.empty(Shape.of(200, 100));
        backend.fill(1, ones);
        try (Pass pass = Pass.training(backend, 1)) {
            float[] y = layer.forward(ones, pass).toArray();
            double mean = 0;
            for (float value : y) {
                assertThat(value).isIn(0f, 1 / 0.75f);
                mean += value / y.length;
            }
            assertThat(mean).isBetween(0.98, 1.02);
            assertThat(layer.backward(ones, pass, Wanted.INPUT).toArray()).containsExactly(y);
            assertThat(layer.tangent(ones, pass).toArray()).containsExactly(y);
        }
        try (Pass pass = Pass.evaluating(backend)) {
            assertThat(layer.forward(ones, pass)).isSameAs(ones);
        }
        assertThatThrownBy(() -> dropout(1)).hasMessageContaining("rate must be from 0 to less than 1; got 1.0");
    }

    @Test
    void reshapeChecksTheSize() {
        assertThatThrownBy(() -> reshape(2, 2).outputShape(Shape.of(3, 5)))
                .hasMessage("Reshape(2×2): got 3×5, wanted items of 4 values");
        LayerChecks.matchesFiniteDifferences(sequential(reshape(2, 3), flatten()), Samples.normal(1, 4, 6), true);
        LayerChecks.tangentMatchesFiniteDifferences(
                sequential(dense(6, 6), reshape(2, 3), flatten(), tanh()), Samples.normal(1, 4, 6), true);
    }
}
