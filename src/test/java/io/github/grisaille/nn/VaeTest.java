package io.github.grisaille.nn;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Tensor;
import org.junit.jupiter.api.Test;

class VaeTest {
    private static Vae vae() {
        return new Vae(sequential(dense(5, 8), tanh(), dense(8, 4)), 2, sequential(dense(2, 5)));
    }

    @Test
    void encodesReconstructsAndSamples() {
        Vae vae = vae().initialize(3);
        Tensor x = Samples.normal(1, 7, 5);
        DiagonalGaussian q = vae.encode(x);
        Tensor statistics = vae.encoder().predict(x);
        for (int i = 0; i < 7; i++) {
            assertThat(q.mean().toArray()[2 * i]).isEqualTo(statistics.toArray()[4 * i]);
            assertThat(q.logVariance().toArray()[2 * i + 1])
                    .isEqualTo(statistics.toArray()[4 * i + 3]);
        }
        assertThat(vae.reconstruct(x).toArray())
                .containsExactly(vae.decode(q.mean()).toArray());
        assertThat(vae.sample(6, 1).shape()).hasToString("6×5");
        assertThat(vae.sample(6, 1).toArray()).containsExactly(vae.sample(6, 1).toArray());
        assertThat(vae.sample(6, 2).toArray()).isNotEqualTo(vae.sample(6, 1).toArray());
        assertThat(vae.parameterCount()).isEqualTo(5 * 8 + 8 + 8 * 4 + 4 + 2 * 5 + 5);
    }

    @Test
    void aSeedDrawsTheSameWeightsAndNoTwoParametersAlike() {
        float[] once = vae().initialize(3).parameters().get(2).value().toArray();
        assertThat(vae().initialize(3).parameters().get(2).value().toArray()).containsExactly(once);
        float[] first = vae().initialize(Initializers.normal(1), 3)
                .parameters()
                .get(0)
                .value()
                .toArray();
        float[] decoders = vae().initialize(Initializers.normal(1), 3)
                .parameters()
                .get(4)
                .value()
                .toArray();
        assertThat(decoders[0]).isNotEqualTo(first[0]);
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> new Vae(sequential(dense(5, 4)), 0, sequential(dense(2, 5))))
                .hasMessage("Vae: latent size must be at least 1; got 0");
        assertThatThrownBy(() -> new Vae(sequential(dense(5, 4)), 3, sequential(dense(2, 5))))
                .hasMessage("layer 0 Dense(2 → 5): got 1×3, wanted batch×2");
        assertThatThrownBy(() -> new Vae(sequential(dense(5, 3)), 2, sequential(dense(2, 5))))
                .hasMessage("the encoder's end: got batch×3, wanted batch×4: 2 means, then as many log-variances");
        // the output shape of this encoder is known only with an input
        Vae odd = new Vae(sequential(flatten()), 2, sequential(dense(2, 5)));
        assertThatThrownBy(() -> odd.encode(Samples.normal(1, 7, 3)))
                .hasMessage("the encoder's end: got 7×3, wanted batch×4: 2 means, then as many log-variances");
    }

    @Test
    void oneNetworkIsNoPair() {
        Sequential both = sequential(dense(4, 4));
        assertThatThrownBy(() -> new Vae(both, 4, both))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the encoder and the decoder are one network");
    }

    /** An optimiser updates each parameter of the list once. */
    @Test
    void aLayerThatBothHaveCountsOnce() {
        Layer shared = dense(4, 4);
        Vae vae = new Vae(sequential(shared, dense(4, 8)), 4, sequential(shared, dense(4, 4)));
        assertThat(vae.parameters()).hasSize(6).doesNotHaveDuplicates();
    }
}
