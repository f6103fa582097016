package io.github.grisaille.metric;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Initializers;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.Trainer;
import org.junit.jupiter.api.Test;

class PcaTest {
    /** Points along (3, 4) with steps of 5, and a little across: a quarter of 2 · 5² and of 2 · 0.5². */
    @Test
    void byHand() {
        Pca pca = Pca.fit(new ArrayDataset(new float[] {7, 9, 1, 1, 4.4f, 4.7f, 3.6f, 5.3f}, 2));
        assertThat(pca.variances()).containsExactly(new double[] {12.5, 0.125}, within(1e-5));
        float[] first = pca.component(0);
        assertThat(Math.abs(first[0])).isCloseTo(0.6f, within(1e-6f));
        assertThat(first[1] / first[0]).isCloseTo(4 / 3f, within(1e-5f));
        Tensor x = Tensor.of(new float[] {7, 9, 4.4f, 4.7f}, 2, 2);
        float[] codes = pca.encode(x, 1).toArray();
        assertThat(Math.abs(codes[0])).isCloseTo(5, within(1e-5f));
        assertThat(codes[1]).isCloseTo(0, within(1e-5f));
        assertThat(pca.reconstruct(x, 1).toArray()).containsExactly(new float[] {7, 9, 4, 5}, within(1e-5f));
        assertThat(pca.reconstruct(x, 2).toArray()).containsExactly(x.toArray(), within(1e-5f));
    }

    /** The error of k components is the sum of the other variances. */
    @Test
    void errorsAreTheVariancesLeftOut() {
        ImageDataset digits = Mnist.train().take(1500);
        Pca pca = Pca.fit(digits);
        double left = 0;
        for (int k = 5; k < 784; k++) {
            left += pca.variances()[k];
        }
        assertThat(pca.error(digits, 5)).isCloseTo(left / 784, within(1e-6));
        assertThat(pca.error(digits, 784)).isLessThan(1e-9);
    }

    /** Baldi and Hornik (1989): a linear autoencoder's best is the span of the first components. */
    @Test
    void aLinearAutoencoderMeetsIt() {
        ImageDataset digits = Mnist.train().take(1000).flat();
        Pca pca = Pca.fit(digits);
        Sequential autoencoder = sequential(dense(784, 8), dense(8, 784)).initialize(Initializers.xavier(), 1);
        new Trainer(autoencoder, Losses.meanSquaredError())
                .optimizer(Optimizers.adam(5e-3f).schedule(Schedule.cosine(1000, 0.01)))
                .batch(100)
                .epochs(100)
                .progress(Progress.silent())
                .fit(digits, digits);
        double error = HeldOut.loss(autoencoder, Losses.meanSquaredError(), digits, digits);
        assertThat(error / pca.error(digits, 8)).isBetween(1.0, 1.02);
    }

    /** Two items lie on one line, whatever they are: the one component is along (3, 4) / 5, with variance 25 / 4. */
    @Test
    void fewItemsAreSaid() {
        Pca pca = Pca.fit(new ArrayDataset(new float[] {0, 0, 3, 4}, 2));
        assertThat(pca.variances()[0]).isCloseTo(6.25, within(1e-6));
        assertThat(pca.variances()[1]).isCloseTo(0, within(1e-6));
        assertThat(pca.note())
                .isEqualTo("2 items of 2 values vary along at most 1 components; the other components are"
                        + " arbitrary, and the"
                        + " error on these items says nothing about new items; use more than 2 items");
        assertThat(Pca.fit(new ArrayDataset(new float[] {0, 0, 3, 4, 1, 0}, 2)).note())
                .isEmpty();
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> Pca.fit(new Own(new float[] {1, 2, 3, Float.NaN}, 2)))
                .hasMessageContaining("the mean of value 1 over the items is NaN");
        Pca pca = Pca.fit(new ArrayDataset(new float[] {1, 2, 3, 4}, 2));
        assertThatThrownBy(() -> pca.component(2)).hasMessage("vectors of 2 values have 1 to 2 components; got 3");
        assertThatThrownBy(() -> pca.encode(Tensor.of(new float[2], 1, 2), 0)).hasMessageContaining("; got 0");
        assertThatThrownBy(() -> Pca.fit(new ArrayDataset(new float[] {1, 2}, 2)))
                .hasMessage("principal components need at least 2 items; got 1");
    }
}
