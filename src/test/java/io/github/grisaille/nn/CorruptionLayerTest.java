package io.github.grisaille.nn;

import static io.github.grisaille.nn.Layers.corrupt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorruptionLayerTest {
    private static final int COUNT = 200_000;

    private final Backend backend = Backend.cpu();

    private Tensor filled(float value) {
        Tensor x = backend.empty(Shape.of(COUNT / 100, 100));
        backend.fill(value, x);
        return x;
    }

    private static double share(float[] values, float wanted) {
        int count = 0;
        for (float value : values) {
            count += value == wanted ? 1 : 0;
        }
        return (double) count / values.length;
    }

    @Test
    void gaussianAddsNoiseOfTheRightSize() {
        float[] y = Corruption.gaussian(0.3f).of(filled(2), 1).toArray();
        double mean = 0;
        double squares = 0;
        for (float value : y) {
            mean += (value - 2.0) / COUNT;
            squares += (value - 2.0) * (value - 2.0) / COUNT;
        }
        assertThat(mean).isCloseTo(0, within(0.003));
        assertThat(Math.sqrt(squares)).isCloseTo(0.3, within(0.003));
    }

    @Test
    void maskingLeavesTheRestAsItIs() {
        float[] y = Corruption.masking(0.25f).of(filled(2), 1).toArray();
        assertThat(share(y, 0)).isCloseTo(0.25, within(0.005));
        assertThat(share(y, 2)).isEqualTo(1 - share(y, 0));
    }

    @Test
    void saltAndPepperAreAsLikely() {
        float[] y = Corruption.saltAndPepper(0.4f, -1, 1).of(filled(0.5f), 1).toArray();
        assertThat(share(y, -1)).isCloseTo(0.2, within(0.005));
        assertThat(share(y, 1)).isCloseTo(0.2, within(0.005));
        assertThat(share(y, 0.5f)).isCloseTo(0.6, within(0.005));
    }

    @Test
    void bernoulliTurnsGrayIntoBlackAndWhite() {
        float[] y = Corruption.bernoulli().of(filled(0.7f), 1).toArray();
        assertThat(share(y, 1)).isCloseTo(0.7, within(0.005));
        assertThat(share(y, 0)).isEqualTo(1 - share(y, 1), within(1e-9));
        assertThat(share(Corruption.bernoulli().of(filled(0), 1).toArray(), 0)).isEqualTo(1);
        assertThat(share(Corruption.bernoulli().of(filled(1), 1).toArray(), 1)).isEqualTo(1);
    }

    @Test
    void theSameSeedSpoilsAlikeAndAnotherDoesNot() {
        Tensor x = Samples.normal(1, 5, 7);
        Corruption noise = Corruption.saltAndPepper(0.5f, -1, 1);
        assertThat(noise.of(x, 3).toArray()).containsExactly(noise.of(x, 3).toArray());
        assertThat(noise.of(x, 4).toArray()).isNotEqualTo(noise.of(x, 3).toArray());
    }

    @Test
    void asALayerItsGradientIsTheSlope() {
        for (Corruption corruption :
                List.of(Corruption.gaussian(0.3f), Corruption.masking(0.3f), Corruption.saltAndPepper(0.3f, -1, 1))) {
            Tensor x = Samples.normal(2, 6, 11);
            LayerChecks.matchesFiniteDifferences(corrupt(corruption), x, true);
            LayerChecks.tangentMatchesFiniteDifferences(corrupt(corruption), x, true);
        }
    }

    @Test
    void whenEvaluatingNothingHappens() {
        Tensor x = Samples.normal(2, 6, 11);
        try (Pass pass = Pass.evaluating(backend)) {
            CorruptionLayer layer = corrupt(Corruption.masking(0.9f));
            assertThat(layer.forward(x, pass)).isSameAs(x);
            assertThat(layer.backward(x, pass, Wanted.INPUT)).isSameAs(x);
        }
    }

    @Test
    void refusesSenselessAmounts() {
        assertThatThrownBy(() -> Corruption.gaussian(-1))
                .hasMessage("the noise's standard deviation must be at least 0 and finite; got -1.0");
        assertThatThrownBy(() -> Corruption.masking(1))
                .hasMessage("masking: rate must be from 0 to less than 1; got 1.0");
        assertThatThrownBy(() -> Corruption.saltAndPepper(Float.NaN, 0, 1))
                .hasMessage("salt and pepper: rate must be from 0 to less than 1; got NaN");
    }
}
