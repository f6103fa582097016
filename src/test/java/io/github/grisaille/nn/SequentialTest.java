package io.github.grisaille.nn;

import static io.github.grisaille.nn.Gradients.assertSame;
import static io.github.grisaille.nn.Gradients.clear;
import static io.github.grisaille.nn.Gradients.gradients;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.backend.cpu.JavaBackend;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a network of layers promises: shared layers, slices, initial values, names. */
class SequentialTest {
    private final Backend backend = Backend.cpu();

    private static Sequential discriminator() {
        return sequential(dense(6, 8), leakyRelu(0.2f), dense(8, 5), tanh(), dense(5, 1))
                .initialize(3);
    }

    @Test
    void aLayerCanStandAtTwoPlaces() {
        Dense shared = dense(5, 5);
        Sequential network =
                sequential(dense(3, 5), shared, tanh(), shared, dense(5, 2)).initialize(1);
        assertThat(network.parameters()).hasSize(6);
        LayerChecks.matchesFiniteDifferences(network, Samples.normal(1, 4, 3), true);
    }

    @Test
    void oneNetworkCanStandAtTwoPlaces() {
        Sequential block = sequential(dense(4, 4), tanh());
        LayerChecks.matchesFiniteDifferences(sequential(block, block), Samples.normal(1, 3, 4), true);
    }

    @Test
    void trainingGoesThroughAFrozenNetwork() {
        Sequential d = discriminator();
        Sequential g = sequential(dense(2, 6), tanh()).initialize(4);
        List<float[]> before =
                d.parameters().stream().map(p -> p.value().toArray()).toList();
        Sequential whole = sequential(g, d.freeze());
        try (Pass pass = Pass.training(backend, 1)) {
            whole.forward(Samples.normal(1, 4, 2), pass);
            whole.backward(Samples.normal(3, 4, 1), pass, Wanted.PARAMETERS);
        }
        assertThat(d.parameters()).noneMatch(Parameter::hasGradient);
        assertThat(g.parameters()).allMatch(Parameter::hasGradient);
        assertThat(d.trainable()).isFalse();
        assertSame(d.parameters().stream().map(p -> p.value().toArray()).toList(), before);
        List<float[]> through = gradients(g);
        d.unfreeze();
        clear(g);
        try (Pass pass = Pass.training(backend, 1)) {
            whole.forward(Samples.normal(1, 4, 2), pass);
            whole.backward(Samples.normal(3, 4, 1), pass, Wanted.PARAMETERS);
        }
        assertThat(d.parameters()).allMatch(Parameter::hasGradient);
        assertSame(gradients(g), through);
    }

    @Test
    void aSliceSharesLayersAndWorksInAPassOfTheWholeNetwork() {
        Sequential d = discriminator();
        Sequential features = d.slice(0, 2);
        Tensor x = Samples.normal(1, 4, 6);
        assertThat(features.parameters())
                .containsExactlyElementsOf(d.parameters().subList(0, 2));
        float[] expected;
        try (Pass pass = Pass.training(backend, 1)) {
            features.forward(x, pass);
            expected = features.backward(Samples.normal(5, 4, 8), pass, Wanted.INPUT)
                    .toArray();
        }
        try (Pass pass = Pass.training(backend, 1)) {
            d.forward(x, pass);
            assertThat(features.backward(Samples.normal(5, 4, 8), pass, Wanted.INPUT)
                            .toArray())
                    .containsExactly(expected);
        }
        float[] whole = d.predict(x).toArray();
        assertThat(d.slice(2, 5).predict(features.predict(x)).toArray()).containsExactly(whole);
        assertThatThrownBy(() -> d.slice(3, 9)).hasMessageContaining("slice(3, 9) of 5 layers");
    }

    @Test
    void aMismatchInsideANetworkNamesThePlace() {
        Sequential network = sequential(relu(), dense(3, 4));
        assertThatThrownBy(() -> network.predict(Samples.normal(1, 2, 5)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("layer 1 Dense(3 → 4): got 2×5, wanted batch×3");
    }

    @Test
    void backendsDoNotMix() {
        Sequential network = sequential(dense(3, 4));
        JavaBackend other = new JavaBackend(1);
        Tensor x = Samples.normal(1, 2, 3).to(other);
        assertThatThrownBy(() -> network.predict(x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("move it with tensor.to(backend)");
        float[] expected = network.predict(Samples.normal(1, 2, 3)).toArray();
        network.to(other);
        assertThat(network.backend()).isSameAs(other);
        assertThat(network.predict(x).toArray()).containsExactly(expected);
    }

    @Test
    void initialValuesDependOnTheSeedAndThePlace() {
        Sequential a = discriminator();
        float[] first = a.parameters().get(0).value().toArray();
        assertThat(discriminator().parameters().get(0).value().toArray()).containsExactly(first);
        assertThat(discriminator().initialize(4).parameters().get(0).value().toArray())
                .isNotEqualTo(first);
        Sequential twins = sequential(dense(9, 9), dense(9, 9));
        assertThat(twins.parameters().get(0).value().toArray())
                .isNotEqualTo(twins.parameters().get(2).value().toArray());
    }

    @Test
    void valuesAreThoseOfSeed0InTheInnermostNetworkUnlessInitialised() {
        Sequential outer = sequential(dense(5, 3), sequential(dense(3, 2)));
        assertThat(outer.parameters().get(2).value().toArray())
                .containsExactly(sequential(dense(3, 2))
                        .initialize(0)
                        .parameters()
                        .get(0)
                        .value()
                        .toArray());
    }

    @Test
    void wrappingTrainedLayersKeepsTheirValues() {
        Sequential trained = discriminator();
        float[] values = trained.parameters().get(0).value().toArray();
        sequential(trained, dense(1, 1));
        assertThat(trained.parameters().get(0).value().toArray()).containsExactly(values);
    }

    @Test
    void summaryAndStateNameTheLayers() {
        Sequential network = sequential(dense(100, 128), leakyRelu(0.2f), dense(128, 784), tanh());
        assertThat(network.summary().rows())
                .extracting(NetworkSummary.Row::parameters)
                .containsExactly(12928L, 0L, 101136L, 0L);
        assertThat(network.summary().parameters()).isEqualTo(114064);
        assertThat(network.summary())
                .asString()
                .startsWith("Dense(100 → 128): 128, 12928 parameters\nLeakyReLU(0.2): 128");
        assertThat(network.state().keySet()).containsExactly("0.weight", "0.bias", "2.weight", "2.bias");
        Sequential convolutional = sequential(conv2d(1, 2, 3, 1, 1), Layers.batchNorm(2));
        assertThatThrownBy(convolutional::summary).hasMessageContaining("give one, as in summary(64, 64, 3)");
        assertThat(convolutional.summary(5, 6, 1).rows())
                .extracting(NetworkSummary.Row::output)
                .containsExactly(Shape.of(5, 6, 2), Shape.of(5, 6, 2));
        assertThat(convolutional.state().keySet())
                .containsExactly("0.weight", "0.bias", "1.gain", "1.shift", "1.running_mean", "1.running_var");
    }
}
