package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.elu;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.sigmoid;
import static io.github.grisaille.nn.Layers.softplus;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.loss.Loss;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.loss.Reduction;
import io.github.grisaille.metric.Classification;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class TrainerTest {
    private static final ArrayDataset XOR_INPUTS = new ArrayDataset(new float[] {0, 0, 0, 1, 1, 0, 1, 1}, 2);
    private static final ArrayDataset XOR_TARGETS = new ArrayDataset(new float[] {0, 1, 1, 0}, 1);

    private static Sequential xorNetwork() {
        return sequential(dense(2, 8), tanh(), dense(8, 1)).initialize(1);
    }

    @Test
    void learnsExclusiveOr() {
        Sequential network = xorNetwork();
        History history = new Trainer(network, Losses.binaryCrossEntropyOnLogits())
                .optimizer(Optimizers.adam(0.05f))
                .batch(4)
                .epochs(300)
                .fit(XOR_INPUTS, XOR_TARGETS);
        assertThat(history.last("loss")).isLessThan(0.01);
        float[] logits =
                network.predict(Tensor.of(XOR_INPUTS.values(0, 1, 2, 3), 4, 2)).toArray();
        assertThat(logits[0]).isNegative();
        assertThat(logits[1]).isPositive();
        assertThat(logits[2]).isPositive();
        assertThat(logits[3]).isNegative();
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
            losses.add(new Trainer(xorNetwork(), Losses.meanSquaredError())
                    .batch(3)
                    .epochs(10)
                    .seed(seed)
                    .fit(XOR_INPUTS, XOR_TARGETS)
                    .values("loss"));
        }
        assertThat(losses.get(1)).containsExactly(losses.get(0));
        assertThat(losses.get(2)).isNotEqualTo(losses.get(0));
        assertThat(losses.get(0)).hasSize(20);
    }

    @Test
    void callbacksComeWhenTheyWereAskedFor() {
        List<String> calls = new ArrayList<>();
        new Trainer(xorNetwork(), Losses.meanSquaredError())
                .batch(3)
                .epochs(4)
                .everyEpochs(2, epoch -> calls.add("epoch " + epoch))
                .everySteps(3, step -> calls.add("step " + step))
                .fit(XOR_INPUTS, XOR_TARGETS);
        assertThat(calls).containsExactly("step 3", "epoch 2", "step 6", "epoch 4");
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
        Sequential network = xorNetwork();
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
        Trainer trainer = new Trainer(xorNetwork(), Losses.meanSquaredError());
        assertThatThrownBy(() -> trainer.batch(0)).hasMessage("a batch size is at least 1, and this one is 0");
        assertThatThrownBy(() -> trainer.epochs(0)).hasMessageContaining("the number of epochs is at least 1");
        assertThatThrownBy(() -> trainer.everyEpochs(0, epoch -> {})).hasMessageContaining("period is at least 1");
        assertThatThrownBy(() -> trainer.fit(XOR_INPUTS, new ArrayDataset(new float[] {1}, 1)))
                .hasMessageContaining("there are 4 inputs and 1 targets");
        assertThatThrownBy(() -> trainer.fit((step, random) -> null)).hasMessageContaining("as in steps(1000)");
    }

    @Test
    void historyIsATable() {
        History history = new Trainer(xorNetwork(), Losses.meanSquaredError())
                .batch(4)
                .epochs(6)
                .fit(XOR_INPUTS, XOR_TARGETS);
        assertThat(history.table().columnNames()).containsExactly("step", "loss", "rate");
        assertThat(history.table().rowCount()).isEqualTo(6);
        assertThat(history.steps()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(history.epochs().rowCount()).isEqualTo(6);
        assertThat(history.plot("loss").chart().getTitle()).isEqualTo("loss");
        assertThat(history.table().print()).doesNotContain("NaN");
        history.add(7, Double.NaN, 1e-3f);
        assertThat(history.table().print()).contains(" NaN ");
        assertThat(history.epochs().print()).contains(" NaN ");
        assertThat(history.lastMean("rate", 3)).isEqualTo(1e-3f);
        assertThatThrownBy(() -> history.last("lost")).hasMessage("no series \"lost\": recorded are [loss, rate]");
    }

    @Test
    void gradientCheckTellsARightNetworkAndGradientSignalAgreement() {
        Sequential network = xorNetwork();
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
                .hasMessageContaining("at least 2 examples, and got 1");
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

    private static final Progress SILENT = Progress.silent();

    private static Sequential endingIn(Layer... end) {
        return sequential(dense(2, 8), sequential(dense(8, 1), sequential(end))).initialize(1);
    }

    /** It trained down to a loss of −2874. */
    @Test
    void targetsFromMinus1To1AreNoProbabilities() {
        ArrayDataset signed = new ArrayDataset(new float[] {1, 1, 0, -1}, 1);
        for (Loss loss :
                List.of(Losses.binaryCrossEntropyOnLogits(), Losses.binaryCrossEntropyOnLogits(Reduction.SUM))) {
            Sequential network = xorNetwork();
            float[] before = network.parameters().get(0).value().toArray();
            assertThatThrownBy(() -> new Trainer(network, loss).epochs(100).fit(XOR_INPUTS, signed))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("binary cross-entropy on logits needs targets from 0 to 1 (scale them, as in"
                            + " scaled(0, 1), or"
                            + " use meanSquaredError()); got -1.0");
            assertThat(network.parameters().get(0).value().toArray()).containsExactly(before);
        }
        assertThatThrownBy(() ->
                        new Trainer(endingIn(flatten()), Losses.softmaxCrossEntropy()).fit(XOR_INPUTS, XOR_TARGETS))
                .hasMessageContaining("sum 0.0: one column for each class is needed, but there is only 1 column");
        assertThatThrownBy(() -> new Trainer(endingIn(flatten()), Losses.hinge()).fit(XOR_INPUTS, XOR_TARGETS))
                .hasMessage("hinge loss needs targets of 1 and -1; got 0.0");
    }

    @Test
    void aLateItemInMemoryIsLookedAtToo() {
        ImageDataset digits = Mnist.train();
        Dataset spoilt = new Dataset() {
            @Override
            public int size() {
                return digits.size();
            }

            @Override
            public int[] shape() {
                return new int[] {784};
            }

            @Override
            public void read(int index, float[] target, int offset) {
                digits.read(index, target, offset);
                target[offset + 783] = index == 41_234 ? -2 : 0;
            }
        };
        assertThatThrownBy(() -> new Trainer(sequential(dense(784, 784)), Losses.binaryCrossEntropyOnLogits())
                        .fit(digits.flat(), spoilt))
                .hasMessageEndingWith("; got -2.0");
    }

    /** Of data on a disk a thousand items are read, the first and the last among them. */
    @Test
    void ofDataOnADiskSomeAreLookedAt() {
        List<Integer> read = new ArrayList<>();
        Dataset pictures = new Dataset() {
            @Override
            public int size() {
                return 100_000;
            }

            @Override
            public int[] shape() {
                return new int[] {1};
            }

            @Override
            public void read(int index, float[] target, int offset) {
                read.add(index);
                target[offset] = -1;
            }

            @Override
            public boolean onDisk() {
                return true;
            }
        };
        DataCheck.of(pictures, (item, columns) -> assertThat(columns).isEqualTo(1));
        assertThat(read).hasSize(1000).doesNotHaveDuplicates().isSorted().contains(0, 99_999);
        assertThatThrownBy(() -> new Trainer(sequential(dense(1, 1)), Losses.binaryCrossEntropyOnLogits())
                        .fit(pictures, pictures))
                .hasMessageEndingWith("; got -1.0");
    }

    @Test
    void theFirstExamplesTargetsAreLookedAt() {
        Trainer trainer = new Trainer(xorNetwork(), Losses.binaryCrossEntropyOnLogits())
                .steps(3)
                .progress(SILENT);
        List<Long> steps = new ArrayList<>();
        assertThatThrownBy(() -> trainer.fit((step, random) -> {
                    steps.add(step);
                    return new Example(Tensor.of(new float[] {1, 2}, 1, 2), Tensor.of(new float[] {2}, 1));
                }))
                .hasMessageEndingWith("; got 2.0");
        assertThat(steps).containsExactly(1L);
    }

    @Test
    void anActivationThatDoesNotFitTheLossIsRefused() {
        for (Layer end : new Layer[] {sigmoid(), tanh(), relu(), softplus(), elu(1)}) {
            for (Layer[] ending : new Layer[][] {{end}, {end, flatten()}, {end, flatten(), dropout(0)}}) {
                Trainer trainer = new Trainer(endingIn(ending), Losses.binaryCrossEntropyOnLogits());
                assertThatThrownBy(() -> trainer.fit(XOR_INPUTS, XOR_TARGETS))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith(
                                "the model ends in layer 1 layer 1 layer 0 " + end.name() + ", whose outputs are ")
                        .hasMessageContaining(
                                "this loss needs logits, which can be any number (the sigmoid is part of the loss):"
                                        + " remove that layer");
                assertThatThrownBy(() -> trainer.steps(1).fit((step, random) -> null))
                        .hasMessageContaining("this loss needs logits");
            }
        }
        for (Layer end : new Layer[] {sigmoid(), tanh()}) {
            assertThatThrownBy(
                            () -> new Trainer(endingIn(end), Losses.softmaxCrossEntropy()).fit(XOR_INPUTS, XOR_TARGETS))
                    .hasMessageContaining("this loss needs logits of classes");
        }
    }

    /** The cause, where a run of cross-entropy on tanh's outputs only said "try a lower learning rate". */
    @Test
    void outputsThatAreNoProbabilitiesAreRefused() {
        for (Layer[] ending : new Layer[][] {{tanh()}, {relu()}, {flatten()}, {sigmoid(), dropout(0.5f)}}) {
            assertThatThrownBy(() ->
                            new Trainer(endingIn(ending), Losses.binaryCrossEntropy()).fit(XOR_INPUTS, XOR_TARGETS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the model ends in layer 1 layer ")
                    .hasMessageEndingWith(
                            ", but this loss needs probabilities, from 0 to 1: end the network in sigmoid(), or with"
                                    + " no activation and use binaryCrossEntropyOnLogits()");
        }
        History fine = new Trainer(endingIn(sigmoid()), Losses.binaryCrossEntropy()).fit(XOR_INPUTS, XOR_TARGETS);
        assertThat(fine.last("loss")).isFinite();
    }

    /** Where no check can see the end, the message of the divergence has the cause. */
    @Test
    void aDivergenceByOutputsThatAreNoProbabilitiesNamesThem() {
        Sequential network = endingIn(new HandMade(tanh()));
        network.parameters().get(3).set(-5);
        assertThatThrownBy(() -> new Trainer(network, Losses.binaryCrossEntropy())
                        .progress(SILENT)
                        .fit(XOR_INPUTS, XOR_TARGETS))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessage(
                        "step 1: the loss is NaN or infinite; every gradient was still finite. The model's outputs were"
                                + " outside 0 to 1, and this loss takes probabilities: end the model in"
                                + " sigmoid(), or take"
                                + " binaryCrossEntropyOnLogits().");
    }

    /** Layers of a slice have their places in the whole. */
    @Test
    void aSliceThatDivergesIsToldByItsPlacesInTheWhole() {
        Sequential whole = sequential(dense(1, 1), dense(1, 1, false));
        whole.parameters().get(2).set(1);
        Tensor nan = Tensor.of(new float[] {Float.NaN}, 1, 1);
        assertThatThrownBy(() -> new Trainer(whole.slice(1, 2), Losses.meanSquaredError())
                        .steps(1)
                        .progress(SILENT)
                        .fit((step, random) -> new Example(nan, Tensor.of(new float[] {1}, 1, 1))))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageContaining("layer 1's, Dense(1 → 1, no bias) (1.weight)");
    }

    @Test
    void targetsThatAreNeverReachedAreRemarked() {
        ArrayDataset signed = new ArrayDataset(new float[] {1, 1, 0, -1}, 1);
        assertThat(new Trainer(endingIn(sigmoid()), Losses.meanSquaredError())
                        .epochs(3)
                        .fit(XOR_INPUTS, signed)
                        .remarks())
                .containsExactly(
                        "targets lie from -1.0 to 1.0, and the model ends in layer 1 layer 1 layer 0 Sigmoid, whose"
                                + " outputs are from 0 to 1: what lies outside is never reached; scale the"
                                + " data, or end in another"
                                + " activation");
        for (Layer end : new Layer[] {tanh(), flatten()}) {
            assertThat(new Trainer(endingIn(end), Losses.meanSquaredError())
                            .fit(XOR_INPUTS, signed)
                            .remarks())
                    .isEmpty();
        }
    }

    @Test
    void anOptimiserServesOneModel() {
        Optimizer adam = Optimizers.adam(1e-2f);
        Sequential model = xorNetwork();
        for (int run = 0; run < 2; run++) {
            new Trainer(model, Losses.meanSquaredError()).optimizer(adam).fit(XOR_INPUTS, XOR_TARGETS);
        }
        assertThat(adam.steps()).isEqualTo(2);
        assertThatThrownBy(() -> new Trainer(xorNetwork(), Losses.meanSquaredError())
                        .optimizer(adam)
                        .fit(XOR_INPUTS, XOR_TARGETS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "the optimiser Adam(rate 0.01, betas 0.9 and 0.999) already trains another model");
        // a part of the model, or more than it, is no other model
        new Trainer(model.slice(2, 3), Losses.meanSquaredError())
                .optimizer(adam)
                .fit(new ArrayDataset(new float[32], 8), XOR_TARGETS);
        assertThat(adam.steps()).isEqualTo(3);
    }

    /** While one trainer runs, its optimiser is another's in its callbacks. */
    @Test
    void anOptimiserThatIsInUseIsRefused() {
        Optimizer sgd = Optimizers.sgd(0.1f);
        Trainer inner = new Trainer(xorNetwork(), Losses.meanSquaredError()).optimizer(sgd);
        assertThatThrownBy(() -> new Trainer(xorNetwork(), Losses.meanSquaredError())
                        .optimizer(sgd)
                        .everySteps(1, step -> inner.fit(XOR_INPUTS, XOR_TARGETS))
                        .fit(XOR_INPUTS, XOR_TARGETS))
                .hasMessageContaining("trains another model");
        assertThat(sgd.steps()).isEqualTo(1);
    }
}
