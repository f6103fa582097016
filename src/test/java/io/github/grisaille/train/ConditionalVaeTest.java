package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.concat;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.joinLabels;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.Likelihood;
import io.github.grisaille.nn.Vae;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Variational autoencoders that are told the label of each item. */
class ConditionalVaeTest {
    private static final int COUNT = 512;

    /** Numbers around −2 with label 0 and around 1 with label 1. */
    private static Dataset items() {
        float[] values = Samples.normal(1, COUNT, 1).toArray();
        for (int i = 0; i < COUNT; i++) {
            values[i] = (i % 2 == 0 ? -2 : 1) + 0.3f * values[i];
        }
        return new ArrayDataset(values, 1);
    }

    private static float[] rows(int count) {
        float[] rows = new float[2 * count];
        for (int i = 0; i < count; i++) {
            rows[2 * i + i % 2] = 1;
        }
        return rows;
    }

    private static Dataset labels(int count) {
        return new ArrayDataset(rows(count), 2);
    }

    private static Vae vae() {
        return new Vae(
                        sequential(joinLabels(2), dense(1 + 2, 16), tanh(), concat(dense(16, 1), dense(16, 1))),
                        1,
                        sequential(joinLabels(2), dense(1 + 2, 16), tanh(), dense(16, 1)))
                .initialize(1);
    }

    private static VaeTrainer trainer(Vae vae) {
        return new VaeTrainer(vae, Likelihood.gaussian(0.2f)).progress(Progress.silent());
    }

    @Test
    void samplesFollowTheLabel() {
        Vae vae = vae();
        trainer(vae)
                .optimizer(Optimizers.adam(5e-3f))
                .batch(64)
                .epochs(40)
                .seed(2)
                .fit(items(), labels(COUNT));
        float[] values = vae.sample(Tensor.of(rows(400), 400, 2), 3).toArray();
        double[] means = new double[2];
        for (int i = 0; i < values.length; i++) {
            means[i % 2] += values[i] / 200.0;
        }
        assertThat(means[0]).isCloseTo(-2, within(0.5));
        assertThat(means[1]).isCloseTo(1, within(0.5));
        Tensor x = Tensor.of(new float[] {-2.3f, 1.3f}, 2, 1);
        Tensor two = Tensor.of(new float[] {1, 0, 0, 1}, 2, 2);
        Tensor code = vae.encode(x, two).mean();
        assertThat(vae.reconstruct(x, two).toArray())
                .containsExactly(vae.decode(code, two).toArray());
        assertThat(vae.reconstruct(x, two).toArray()[0]).isCloseTo(-2.3f, within(0.4f));
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeTheFirstStep() {
        Vae blind = new Vae(sequential(dense(1, 2)), 1, sequential(dense(1, 1)));
        assertThatThrownBy(() -> trainer(blind).fit(items(), labels(COUNT)))
                .hasMessageContaining("no layer of the encoder or of the decoder reads labels");
        assertThatThrownBy(() -> trainer(vae()).fit(items()))
                .hasMessageContaining("the encoder reads labels of 2 classes, and this training has no labels: call"
                        + " fit(items, labels)");
        assertThatThrownBy(() -> trainer(vae()).fit(items(), labels(3)))
                .hasMessageContaining("there are 512 items and 3 labels");
        assertThatThrownBy(() -> trainer(vae()).fit(items(), items()))
                .hasMessageContaining("the encoder reads labels of 2 classes, and these labels have 1 columns");
        assertThatThrownBy(() -> vae().sample(3, 1)).hasMessageContaining("needs labels of 2 classes");
    }
}
