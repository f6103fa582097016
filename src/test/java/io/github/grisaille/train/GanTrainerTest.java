package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GanTrainerTest {
    /** Values around 3 with deviation 0.5. */
    private static ArrayDataset bell() {
        Tensor values = Backend.cpu().empty(Shape.of(2048, 1));
        Backend.cpu().normal(new RandomStream(1, 50), 3, 0.5f, values);
        return new ArrayDataset(values.toArray(), 1);
    }

    private static Sequential generator() {
        return sequential(dense(4, 16), tanh(), dense(16, 1)).initialize(1);
    }

    private static Sequential discriminator() {
        return sequential(dense(1, 16), tanh(), dense(16, 1)).initialize(2);
    }

    @Test
    void theGeneratorMovesToTheData() {
        Sequential generator = generator();
        Tensor z = Latent.normal(4).draw(1000, 3);
        assertThat(mean(generator.predict(z))).isCloseTo(0, within(1.0));
        new GanTrainer(generator, discriminator())
                .optimizers(Optimizers.adam(2e-3f, 0.5f), Optimizers.adam(5e-3f, 0.5f))
                .batch(128)
                .epochs(40)
                .seed(1)
                .fit(bell());
        assertThat(mean(generator.predict(z))).isCloseTo(3, within(0.3));
    }

    private static double mean(Tensor tensor) {
        double sum = 0;
        for (float value : tensor.toArray()) {
            sum += value;
        }
        return sum / tensor.size();
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        List<float[]> weights = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Sequential generator = generator();
            new GanTrainer(generator, discriminator()).batch(100).seed(5).fit(bell());
            weights.add(generator.parameters().get(0).value().toArray());
        }
        assertThat(weights.get(1)).containsExactly(weights.get(0));
    }

    @Test
    void aBalancedStartHasTheKnownLosses() {
        Sequential discriminator = discriminator();
        discriminator
                .parameters()
                .forEach(parameter -> parameter.set(new float[parameter.shape().size()]));
        History history = new GanTrainer(generator(), discriminator).batch(2048).fit(bell());
        assertThat(history.values("discriminator loss")[0]).isCloseTo(2 * Math.log(2), within(1e-6));
        assertThat(history.values("D(x)")[0]).isEqualTo(0.5);
        assertThat(history.values("D(G(z))")[0]).isEqualTo(0.5);
    }

    /** Counts what is asked of the discriminator, from inside it. */
    private static final class Probe implements Layer {
        private final Layer inner = dense(1, 4);
        private final List<Wanted> asked = new ArrayList<>();

        @Override
        public String name() {
            return "Probe";
        }

        @Override
        public Shape outputShape(Shape input) {
            return inner.outputShape(input);
        }

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return inner.forward(x, pass);
        }

        @Override
        public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
            asked.add(wanted);
            return inner.backward(dy, pass, wanted);
        }

        @Override
        public List<Parameter> parameters() {
            return inner.parameters();
        }
    }

    @Test
    void theDiscriminatorsGradientsAreNotComputedWhenTheGeneratorTrains() {
        Probe probe = new Probe();
        new GanTrainer(generator(), sequential(probe, leakyRelu(0.2f), dense(4, 1)))
                .batch(2048)
                .epochs(2)
                .fit(bell());
        assertThat(probe.asked)
                .containsExactly(
                        Wanted.PARAMETERS,
                        Wanted.PARAMETERS,
                        Wanted.INPUT,
                        Wanted.PARAMETERS,
                        Wanted.PARAMETERS,
                        Wanted.INPUT);
    }

    @Test
    void moreDiscriminatorStepsMeanFewerGeneratorSteps() {
        History history = new GanTrainer(generator(), discriminator())
                .batch(128)
                .discriminatorSteps(4)
                .fit(bell());
        assertThat(history.size()).isEqualTo(4);
        assertThatThrownBy(() -> new GanTrainer(generator(), discriminator()).discriminatorSteps(0))
                .hasMessageContaining("the number of discriminator steps is at least 1");
    }

    @Test
    void everyLossTrains() {
        for (GanLoss loss :
                List.of(GanLoss.nonSaturating(), GanLoss.leastSquares(), GanLoss.hinge(), GanLoss.wasserstein())) {
            History history = new GanTrainer(generator(), discriminator())
                    .loss(loss)
                    .optimizers(
                            Optimizers.rmsprop(1e-3f), Optimizers.rmsprop(1e-3f).clipWeights(0.1f))
                    .fit(bell());
            assertThat(history.values("generator loss")).hasSize(16).doesNotContain(Double.NaN);
        }
    }

    @Test
    void aGeneratorWhoseInputIsNotKnownNeedsALatent() {
        Sequential generator = sequential(reshape(4), dense(4, 1));
        assertThatThrownBy(() -> new GanTrainer(generator, discriminator()).fit(bell()))
                .hasMessageContaining("say latent(Latent.normal(…))");
        new GanTrainer(generator, discriminator()).latent(Latent.normal(2, 2)).fit(bell());
    }
}
