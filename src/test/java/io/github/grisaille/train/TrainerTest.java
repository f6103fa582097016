package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.groupNorm;
import static io.github.grisaille.nn.Layers.layerNorm;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.loss.Loss;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.loss.Reduction;
import io.github.grisaille.metric.Classification;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class TrainerTest {
    @Test
    void learnsExclusiveOr() {
        Sequential network = Xor.network();
        History history = new Trainer(network, Losses.binaryCrossEntropyOnLogits())
                .optimizer(Optimizers.adam(0.05f))
                .batch(4)
                .epochs(300)
                .fit(Xor.INPUTS, Xor.TARGETS);
        assertThat(history.last("loss")).isLessThan(0.01);
        float[] logits =
                network.predict(Tensor.of(Xor.INPUTS.values(0, 1, 2, 3), 4, 2)).toArray();
        assertThat(logits[0]).isNegative();
        assertThat(logits[1]).isPositive();
        assertThat(logits[2]).isPositive();
        assertThat(logits[3]).isNegative();
    }

    @Test
    void learnsExclusiveOrWithNormalisedGroups() {
        for (Layer normalisation : List.of(groupNorm(2, 8), layerNorm(8).withoutAffine())) {
            Sequential network =
                    sequential(dense(2, 8), normalisation, tanh(), dense(8, 1)).initialize(1);
            History history = new Trainer(network, Losses.huber(1))
                    .optimizer(Optimizers.adam(0.05f))
                    .batch(4)
                    .epochs(300)
                    .fit(Xor.INPUTS, Xor.TARGETS);
            assertThat(history.last("loss")).as(normalisation.name()).isLessThan(0.01);
        }
    }

    /**
     * The input tells nothing, and a quarter of the labels is 1. So the network learns one logit: the logarithm of the
     * weighted odds, which is log(w · ¼ / ¾).
     */
    @Test
    void weightsMoveWhatIsLearned() {
        ArrayDataset inputs = new ArrayDataset(new float[4], 1);
        ArrayDataset labels = new ArrayDataset(new float[] {1, 0, 0, 0}, 1);
        assertThat(learned(Losses.binaryCrossEntropyOnLogits(), inputs, labels, 1)[0])
                .isCloseTo((float) Math.log(1 / 3.0), within(1e-3f));
        assertThat(learned(Losses.binaryCrossEntropyOnLogits(Reduction.MEAN, 6), inputs, labels, 1)[0])
                .isCloseTo((float) Math.log(2), within(1e-3f));
        ArrayDataset classes = new ArrayDataset(new float[] {1, 0, 0, 1, 0, 1, 0, 1}, 2);
        float[] logits =
                learned(Losses.softmaxCrossEntropy().weighted(Tensor.of(new float[] {6, 1}, 2)), inputs, classes, 2);
        assertThat(logits[0] - logits[1]).isCloseTo((float) Math.log(2), within(1e-3f));
    }

    private static float[] learned(Loss loss, ArrayDataset inputs, ArrayDataset targets, int outputs) {
        Sequential network = sequential(dense(1, outputs)).initialize(1);
        new Trainer(network, loss)
                .optimizer(Optimizers.sgd(0.5f))
                .batch(4)
                .epochs(200)
                .fit(inputs, targets);
        return network.predict(Tensor.of(new float[1], 1, 1)).toArray();
    }

    /** A small convolutional classifier with every usual part, on a thousand real digits. */
    @Test
    void aConvolutionalNetworkLearnsDigits() {
        ImageDataset digits = Mnist.train().take(1000);
        Sequential network = sequential(
                        conv2d(1, 8, 5, 2, 2, false),
                        batchNorm(8),
                        relu(),
                        maxPool2d(2),
                        flatten(),
                        dropout(0.1f),
                        dense(7 * 7 * 8, 10))
                .initialize(2);
        new Trainer(network, Losses.softmaxCrossEntropy())
                .optimizer(Optimizers.adam(5e-3f))
                .batch(50)
                .epochs(5)
                .seed(1)
                .fit(digits, digits.oneHotLabels(10));
        assertThat(Classification.of(network, Mnist.test().take(500)).accuracy())
                .isGreaterThan(0.85);
    }

    @Test
    void theSameSeedGivesTheSameRunAndAnotherAnother() {
        List<double[]> losses = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            losses.add(new Trainer(Xor.network(), Losses.meanSquaredError())
                    .batch(3)
                    .epochs(10)
                    .seed(seed)
                    .fit(Xor.INPUTS, Xor.TARGETS)
                    .values("loss"));
        }
        assertThat(losses.get(1)).containsExactly(losses.get(0));
        assertThat(losses.get(2)).isNotEqualTo(losses.get(0));
        assertThat(losses.get(0)).hasSize(20);
    }

    @Test
    void callbacksComeWhenTheyWereAskedFor() {
        List<String> calls = new ArrayList<>();
        new Trainer(Xor.network(), Losses.meanSquaredError())
                .batch(3)
                .epochs(4)
                .everyEpochs(2, epoch -> calls.add("epoch " + epoch))
                .everySteps(3, step -> calls.add("step " + step))
                .fit(Xor.INPUTS, Xor.TARGETS);
        assertThat(calls).containsExactly("step 3", "epoch 2", "step 6", "epoch 4");
    }

    @Test
    void aRunCanBeAsLongAsANumberOfSteps() {
        Trainer trainer = new Trainer(Xor.network(), Losses.meanSquaredError()).batch(3);
        assertThat(trainer.steps(5).fit(Xor.INPUTS, Xor.TARGETS).size()).isEqualTo(5);
        assertThat(trainer.epochs(4).fit(Xor.INPUTS, Xor.TARGETS).size()).isEqualTo(5);
        assertThat(trainer.steps(1).fit(Xor.INPUTS, Xor.TARGETS).size()).isEqualTo(1);
        assertThatThrownBy(() -> trainer.steps(0)).hasMessageContaining("the number of steps");
    }

    @Test
    void stepsGoOnInTheNextEpochAsEpochsDo() {
        Sequential bySteps = Xor.network();
        Sequential byEpochs = Xor.network();
        new Trainer(bySteps, Losses.meanSquaredError()).batch(3).steps(8).fit(Xor.INPUTS, Xor.TARGETS);
        new Trainer(byEpochs, Losses.meanSquaredError()).batch(3).epochs(4).fit(Xor.INPUTS, Xor.TARGETS);
        assertThat(bySteps.parameters().get(0).value().toArray())
                .containsExactly(byEpochs.parameters().get(0).value().toArray());
    }

    @Test
    void aRunThatDivergesSaysWhereAndWhen() {
        Sequential network = sequential(dense(1, 1, false), dense(1, 1, false));
        network.parameters().get(0).set(1);
        network.parameters().get(1).set(1);
        assertThatThrownBy(() -> new Trainer(network, Losses.meanSquaredError())
                        .steps(1000)
                        .fit((step, random) -> new Example(
                                Tensor.of(new float[] {step < 70 ? 1 : Float.NaN}, 1, 1),
                                Tensor.of(new float[] {1}, 1, 1))))
                .isInstanceOfSatisfying(
                        TrainingDivergedException.class,
                        e -> assertThat(e.step()).isEqualTo(70))
                .hasMessageContaining(
                        "step 70: the loss is NaN or infinite; the gradient that broke first is layer 1's,"
                                + " Dense(1 → 1, no bias) (1.weight)")
                .hasMessageContaining("Try a lower learning rate");
    }

    @Test
    void aTooHighRateIsFound() {
        assertThatThrownBy(() -> new Trainer(sequential(dense(1, 1)), Losses.meanSquaredError())
                        .optimizer(Optimizers.sgd(1e4f))
                        .steps(1000)
                        .fit((step, random) ->
                                new Example(Tensor.of(new float[] {3}, 1, 1), Tensor.of(new float[] {1}, 1, 1))))
                .isInstanceOf(TrainingDivergedException.class);
    }

    @Test
    void anInterruptEndsTheRunAfterAWholeStepAndTheModelStaysUsable() {
        Sequential network = Xor.network();
        List<String> messages = new ArrayList<>();
        try {
            assertThatThrownBy(() -> new Trainer(network, Losses.meanSquaredError())
                            .steps(1_000_000)
                            .everySteps(7, step -> Thread.currentThread().interrupt())
                            .progress(recording(messages))
                            .fit((step, random) -> new Example(
                                    Latent.normal(2).draw(1, random, network.backend()),
                                    Tensor.of(new float[] {1}, 1, 1))))
                    .isInstanceOf(CancellationException.class)
                    .hasMessageContaining("training was interrupted after step 8 of 1000000");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(messages.get(0)).isEqualTo("begin training 1000000");
        assertThat(messages.get(messages.size() - 1)).startsWith("end 8 training was interrupted");
        assertThat(network.predict(Tensor.of(new float[] {0, 1}, 1, 2)).item()).isFinite();
    }

    private static Progress recording(List<String> messages) {
        return new Progress() {
            @Override
            public void begin(String title, long totalSteps) {
                messages.add("begin " + title + " " + totalSteps);
            }

            @Override
            public void update(long step, Report report) {
                messages.add("update " + step);
            }

            @Override
            public void end(long step, String message, Report report) {
                messages.add("end " + step + " " + message);
            }
        };
    }

    @Test
    void badArguments() {
        Trainer trainer = new Trainer(Xor.network(), Losses.meanSquaredError());
        assertThatThrownBy(() -> trainer.batch(0)).hasMessage("a batch size is at least 1, and this one is 0");
        assertThatThrownBy(() -> trainer.epochs(0)).hasMessageContaining("the number of epochs is at least 1");
        assertThatThrownBy(() -> trainer.everyEpochs(0, epoch -> {}))
                .hasMessageContaining("period of a callback is at least 1");
        assertThatThrownBy(() -> trainer.fit(Xor.INPUTS, new ArrayDataset(new float[] {1}, 1)))
                .hasMessageContaining("there are 4 inputs and 1 targets");
        assertThatThrownBy(() -> trainer.fit((step, random) -> null)).hasMessageContaining("as in steps(1000)");
    }

    @Test
    void historyIsATable() {
        History history = new Trainer(Xor.network(), Losses.meanSquaredError())
                .batch(4)
                .epochs(6)
                .fit(Xor.INPUTS, Xor.TARGETS);
        assertThat(history.table().columnNames()).containsExactly("step", "loss", "rate");
        assertThat(history.table().rowCount()).isEqualTo(6);
        assertThat(history.steps()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(history.epochs().rowCount()).isEqualTo(6);
        assertThat(history.plot("loss").chart().getTitle()).isEqualTo("loss");
        assertThat(history.table().print()).doesNotContain("NaN");
        history.add(7, Map.of("loss", Double.NaN, "rate", (double) 1e-3f));
        assertThat(history.table().print()).contains(" NaN ");
        assertThat(history.epochs().print()).contains(" NaN ");
        assertThat(history.lastMean("rate", 3)).isEqualTo(1e-3f);
        assertThatThrownBy(() -> history.last("lost")).hasMessage("no series \"lost\": recorded are [loss, rate]");
    }

    @Test
    void gradientCheckTellsARightNetworkAndGradientSignalAgreement() {
        Sequential network = Xor.network();
        Example example = new Example(Tensor.of(new float[] {0.3f, -0.7f}, 1, 2), Tensor.of(new float[] {1}, 1, 1));
        float[] before = network.parameters().get(0).value().toArray();
        assertThat(GradientCheck.check(network, Losses.meanSquaredError(), example, 1)
                        .doubleColumn("relative error")
                        .max())
                .isLessThan(0.01);
        assertThat(network.parameters().get(0).value().toArray()).containsExactly(before);
        assertThat(GradientSignal.measure(network, Losses.meanSquaredError(), (step, random) -> example, 10, 1)
                        .doubleColumn("signal")
                        .min())
                .isGreaterThan(0.9999);
        assertThatThrownBy(() ->
                        GradientSignal.measure(network, Losses.meanSquaredError(), (step, random) -> example, 1, 1))
                .hasMessageContaining("at least 2 examples; got 1");
    }

    @Test
    void latentsAreFreshOrFromAChoice() {
        Latent few = Latent.fixed(2, 5, 3);
        Tensor drawn = few.draw(100, 1);
        assertThat(drawn.shape()).isEqualTo(Shape.of(100, 3));
        float[] values = drawn.toArray();
        assertThat(java.util.stream.IntStream.range(0, 100)
                        .mapToObj(i -> values[i * 3])
                        .distinct())
                .hasSize(2);
        assertThat(Latent.normal(3).draw(4, 1).toArray())
                .containsExactly(Latent.normal(3).draw(4, 1).toArray());
    }
}
