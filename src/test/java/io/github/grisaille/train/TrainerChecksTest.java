package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.elu;
import static io.github.grisaille.nn.Layers.flatten;
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
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a trainer refuses or remarks, and how it names the cause of a divergence. */
class TrainerChecksTest {
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
            Sequential network = Xor.network();
            float[] before = network.parameters().get(0).value().toArray();
            assertThatThrownBy(() -> new Trainer(network, loss).epochs(100).fit(Xor.INPUTS, signed))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("binary cross-entropy on logits needs targets from 0 to 1 (scale them, as in"
                            + " scaled(0, 1), or"
                            + " use meanSquaredError()); got -1.0");
            assertThat(network.parameters().get(0).value().toArray()).containsExactly(before);
        }
        assertThatThrownBy(() ->
                        new Trainer(endingIn(flatten()), Losses.softmaxCrossEntropy()).fit(Xor.INPUTS, Xor.TARGETS))
                .hasMessageContaining("sum 0.0: one column for each class is needed, but there is only 1 column");
        assertThatThrownBy(() -> new Trainer(endingIn(flatten()), Losses.hinge()).fit(Xor.INPUTS, Xor.TARGETS))
                .hasMessage("hinge loss needs targets of 1 and -1; got 0.0");
    }

    @Test
    void aLossOfSingleValuesTrainsNothing() {
        Loss loss = Losses.squaredError(Reduction.NONE);
        for (Loss refused : List.of(loss, Losses.hinge(Reduction.NONE).weighted(Tensor.of(new float[] {1}, 1)))) {
            assertThatThrownBy(() -> new Trainer(Xor.network(), refused).fit(Xor.INPUTS, Xor.TARGETS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("training needs a loss with one value, but the loss \"" + refused.name()
                            + "\" has one for each prediction: use Reduction.MEAN, SUM or SUM_PER_ITEM");
        }
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
        Trainer trainer = new Trainer(Xor.network(), Losses.binaryCrossEntropyOnLogits())
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
                assertThatThrownBy(() -> trainer.fit(Xor.INPUTS, Xor.TARGETS))
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
                            () -> new Trainer(endingIn(end), Losses.softmaxCrossEntropy()).fit(Xor.INPUTS, Xor.TARGETS))
                    .hasMessageContaining("this loss needs logits of classes");
        }
    }

    /** The cause, where a run of cross-entropy on tanh's outputs only said "try a lower learning rate". */
    @Test
    void outputsThatAreNoProbabilitiesAreRefused() {
        for (Layer[] ending : new Layer[][] {{tanh()}, {relu()}, {flatten()}, {sigmoid(), dropout(0.5f)}}) {
            assertThatThrownBy(() ->
                            new Trainer(endingIn(ending), Losses.binaryCrossEntropy()).fit(Xor.INPUTS, Xor.TARGETS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the model ends in layer 1 layer ")
                    .hasMessageEndingWith(
                            ", but this loss needs probabilities, from 0 to 1: end the network in sigmoid(), or with"
                                    + " no activation and use binaryCrossEntropyOnLogits()");
        }
        History fine = new Trainer(endingIn(sigmoid()), Losses.binaryCrossEntropy()).fit(Xor.INPUTS, Xor.TARGETS);
        assertThat(fine.last("loss")).isFinite();
    }

    /** Where no check can see the end, the message of the divergence has the cause. */
    @Test
    void aDivergenceByOutputsThatAreNoProbabilitiesNamesThem() {
        Sequential network = endingIn(new HandMade(tanh()));
        network.parameters().get(3).set(-5);
        assertThatThrownBy(() -> new Trainer(network, Losses.binaryCrossEntropy())
                        .progress(SILENT)
                        .fit(Xor.INPUTS, Xor.TARGETS))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessage(
                        "step 1: the loss is NaN or infinite; every gradient was still finite. The model's outputs were"
                                + " outside 0 to 1, and this loss takes probabilities: end the model in sigmoid(), or use"
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
                        .fit(Xor.INPUTS, signed)
                        .remarks())
                .containsExactly(
                        "targets lie from -1.0 to 1.0, and the model ends in layer 1 layer 1 layer 0 Sigmoid, whose"
                                + " outputs are from 0 to 1: values outside are never reached; scale the data, or end in another"
                                + " activation");
        for (Layer end : new Layer[] {tanh(), flatten()}) {
            assertThat(new Trainer(endingIn(end), Losses.meanSquaredError())
                            .fit(Xor.INPUTS, signed)
                            .remarks())
                    .isEmpty();
        }
    }

    @Test
    void anOptimiserServesOneModel() {
        Optimizer adam = Optimizers.adam(1e-2f);
        Sequential model = Xor.network();
        for (int run = 0; run < 2; run++) {
            new Trainer(model, Losses.meanSquaredError()).optimizer(adam).fit(Xor.INPUTS, Xor.TARGETS);
        }
        assertThat(adam.steps()).isEqualTo(2);
        assertThatThrownBy(() -> new Trainer(Xor.network(), Losses.meanSquaredError())
                        .optimizer(adam)
                        .fit(Xor.INPUTS, Xor.TARGETS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "the optimiser Adam(rate 0.01, betas 0.9 and 0.999) already trains another model");
        // a part of the model, or more than it, is no other model
        new Trainer(model.slice(2, 3), Losses.meanSquaredError())
                .optimizer(adam)
                .fit(new ArrayDataset(new float[32], 8), Xor.TARGETS);
        assertThat(adam.steps()).isEqualTo(3);
    }

    /** While one trainer runs, its optimiser is another's in its callbacks. */
    @Test
    void anOptimiserThatIsInUseIsRefused() {
        Optimizer sgd = Optimizers.sgd(0.1f);
        Trainer inner = new Trainer(Xor.network(), Losses.meanSquaredError()).optimizer(sgd);
        assertThatThrownBy(() -> new Trainer(Xor.network(), Losses.meanSquaredError())
                        .optimizer(sgd)
                        .everySteps(1, step -> inner.fit(Xor.INPUTS, Xor.TARGETS))
                        .fit(Xor.INPUTS, Xor.TARGETS))
                .hasMessageContaining("trains another model");
        assertThat(sgd.steps()).isEqualTo(1);
    }
}
