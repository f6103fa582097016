package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.nn.Sequential;
import org.junit.jupiter.api.Test;

class LatentTest {
    private static final Sequential GENERATOR =
            sequential(dense(3, 8), tanh(), dense(8, 2)).initialize(1);

    @Test
    void aGeneratorMakesSamplesFromVectorsOfItsKind() {
        Latent uniform = Latent.uniform(3);
        assertThat(uniform.sample(GENERATOR, 600, 4).toArray())
                .containsExactly(GENERATOR.predict(uniform.draw(600, 4)).toArray());
        Latent joined = Latent.normal(1).with(Latent.signs(2));
        assertThat(joined.sample(GENERATOR, 5, 4).toArray())
                .containsExactly(GENERATOR.predict(joined.draw(5, 4)).toArray());
    }

    @Test
    void samplesFromNormalVectorsAreThoseOfTheGenerator() {
        assertThat(Latent.normal(3).sample(GENERATOR, 9, 4).toArray())
                .containsExactly(GENERATOR.sample(9, 4).toArray());
    }

    @Test
    void noSamplesAreRefused() {
        assertThatThrownBy(() -> Latent.normal(3).sample(GENERATOR, 0, 1))
                .hasMessageContaining("the number of samples");
    }
}
