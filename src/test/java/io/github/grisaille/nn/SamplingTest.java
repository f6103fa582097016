package io.github.grisaille.nn;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
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
import io.github.grisaille.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** What a generator makes from a seed, and a network from many inputs. */
class SamplingTest {
    private static Sequential generator() {
        return sequential(dense(5, 48), batchNorm(48), relu(), reshape(4, 4, 3), conv2d(3, 2, 3, 1, 1), tanh())
                .initialize(1);
    }

    @Test
    void samplesAreMadeFromNormalCodesOfTheSeed() {
        Tensor z = Backend.cpu().empty(Shape.of(7, 5));
        Backend.cpu().normal(new RandomStream(3, 0), 0, 1, z);
        Tensor samples = generator().sample(7, 3);
        assertThat(samples.shape()).isEqualTo(Shape.of(7, 4, 4, 2));
        assertThat(samples.toArray())
                .containsExactly(generator().predict(z).toArray())
                .isNotEqualTo(generator().sample(7, 4).toArray());
    }

    @Test
    void aTransposedConvolutionTakesACodeAsOnePixel() {
        Sequential generator =
                sequential(convTranspose2d(6, 2, 4, 1, 0), tanh()).initialize(1);
        assertThat(generator.sample(3, 1).shape()).isEqualTo(Shape.of(3, 4, 4, 2));
    }

    @Test
    void manySamplesAreThoseOfOneLargeBatch() {
        Tensor z = Backend.cpu().empty(Shape.of(611, 5));
        Backend.cpu().normal(new RandomStream(3, 0), 0, 1, z);
        assertThat(generator().sample(611, 3).toArray())
                .containsExactly(generator().predict(z).toArray());
    }

    @Test
    void piecesOfAnySizeGiveTheSamePredictions() {
        Sequential network = generator();
        Tensor x = Samples.normal(2, 10, 5);
        float[] whole = network.predict(x).toArray();
        for (int batch : new int[] {1, 3, 5, 10, 11}) {
            assertThat(network.predict(x, batch).toArray()).containsExactly(whole);
        }
    }

    @Test
    void whatCannotBeSampledIsRefused() {
        assertThatThrownBy(() -> generator().sample(0, 1)).hasMessage("sample: count must be at least 1; got 0");
        assertThatThrownBy(() -> generator().predict(Samples.normal(1, 2, 5), 0))
                .hasMessage("predict: batch size must be at least 1; got 0");
        assertThatThrownBy(() -> sequential(relu(), dense(5, 2)).sample(4, 1))
                .hasMessage(
                        "sample(count, seed) needs to know the shape of a code, and ReLU takes items of many shapes:"
                                + " draw codes of one shape, as in Latent.normal(100).sample(generator, count, seed)");
    }
}
