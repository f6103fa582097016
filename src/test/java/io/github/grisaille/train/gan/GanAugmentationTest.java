package io.github.grisaille.train.gan;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.diffAugment;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Progress;
import java.util.List;
import org.junit.jupiter.api.Test;

class GanAugmentationTest {
    private static ArrayDataset smallPictures() {
        return new ArrayDataset(Samples.normal(4, 24, 4, 4, 3).toArray(), 4, 4, 3);
    }

    private static GanTrainer ofPictures(Sequential generator, Sequential discriminator) {
        return new GanTrainer(generator, discriminator)
                .optimizers(Optimizers.sgd(0.1f), Optimizers.sgd(0.1f))
                .batch(8)
                .seed(3)
                .progress(Progress.silent());
    }

    private static Sequential painter() {
        return sequential(dense(5, 48), tanh(), reshape(4, 4, 3)).initialize(1);
    }

    private static Sequential judge() {
        return sequential(flatten(), dense(48, 1)).initialize(2);
    }

    private static List<float[]> values(Sequential network) {
        return network.parameters().stream()
                .map(parameter -> parameter.value().toArray())
                .toList();
    }

    /** What comes to the same: D has the augmentation for its first layers, and its gradient goes through them. */
    @Test
    void augmentingIsWhatLayersInFrontOfTheDiscriminatorDo() {
        Sequential painter = painter();
        Sequential judge = judge();
        History history = ofPictures(painter, judge).augment(diffAugment()).fit(smallPictures());
        Sequential otherPainter = painter();
        Sequential otherJudge = judge();
        History otherHistory =
                ofPictures(otherPainter, sequential(diffAugment(), otherJudge)).fit(smallPictures());
        assertThat(history.values("generator loss")).containsExactly(otherHistory.values("generator loss"));
        for (int i = 0; i < painter.parameters().size(); i++) {
            assertThat(values(painter).get(i))
                    .containsExactly(values(otherPainter).get(i));
        }
        assertThat(values(judge).get(0)).containsExactly(values(otherJudge).get(0));
        Sequential plainPainter = painter();
        ofPictures(plainPainter, judge()).fit(smallPictures());
        assertThat(values(plainPainter).get(0)).isNotEqualTo(values(painter).get(0));
    }

    /** With the augmentation in front, R1 is on the images before it; with augment, on those that D is shown. */
    @Test
    void penaltiesWorkWithAugmentations() {
        for (boolean inFront : new boolean[] {false, true}) {
            Sequential judge = judge();
            Sequential shown = inFront ? sequential(diffAugment(), judge) : judge;
            GanTrainer trainer = ofPictures(painter(), shown)
                    .penalties(GradientPenalty.r1(1).every(2), GradientPenalty.wganGp(0.1f));
            History history = (inFront ? trainer : trainer.augment(diffAugment())).fit(smallPictures());
            assertThat(history.last("gradient penalty")).isPositive();
        }
    }

    @Test
    void augmentationsAreRefusedWhereTheyCannotWork() {
        assertThatThrownBy(() -> ofPictures(painter(), judge()).augment(dense(3, 3)))
                .hasMessageContaining("this has parameters: [0.weight, 0.bias]");
    }
}
