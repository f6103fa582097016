package io.github.grisaille.metric;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Dense;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.Trainer;
import org.junit.jupiter.api.Test;

class ClassificationTest {
    /** Three classes whose logits are the inputs themselves. */
    @Test
    void byHand() {
        Dense identity = dense(3, 3, false);
        identity.parameters().get(0).set(1, 0, 0, 0, 1, 0, 0, 0, 1);
        ArrayDataset items = new ArrayDataset(new float[] {9, 1, 2, 0, 5, 1, 4, 4, 1, 0, 1, 8}, 3);
        Classification result = Classification.of(sequential(identity), items, new int[] {0, 1, 2, 2});
        assertThat(result.accuracy()).isEqualTo(0.75);
        assertThat(result.count(2, 0)).isEqualTo(1);
        assertThat(result.count(2, 2)).isEqualTo(1);
        assertThat(result.confusion().row(2).getInt("given 0")).isEqualTo(1);
        assertThat(Classification.largest(Tensor.of(new float[] {1, 2, 2, 7, 3, 5}, 2, 3)))
                .containsExactly(1, 0);
    }

    /** Softmax regression on MNIST reaches about 92% (LeCun et al. 1998 have 88% for a linear classifier of their own). */
    @Test
    void softmaxRegressionReadsDigits() {
        Sequential classifier = sequential(dense(784, 10)).initialize(1);
        var digits = Mnist.train().flat();
        new Trainer(classifier, Losses.softmaxCrossEntropy())
                .batch(128)
                .epochs(3)
                .progress(Progress.silent())
                .fit(digits, digits.oneHotLabels(10));
        Classification result = Classification.of(classifier, Mnist.test().flat());
        assertThat(result.accuracy()).isCloseTo(0.92, within(0.01));
    }

    @Test
    void refusesLabelsThatDoNotFit() {
        Sequential classifier = sequential(dense(2, 2));
        ArrayDataset items = new ArrayDataset(new float[] {1, 2}, 2);
        assertThatThrownBy(() -> Classification.of(classifier, items, new int[2]))
                .hasMessage("each item needs a label; got 1 items and 2 labels");
        assertThatThrownBy(() -> Classification.of(classifier, items, new int[] {2}))
                .hasMessage("item 0 has label 2, but the classifier knows only 0 to 1");
    }
}
