package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.concat;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.minibatchDeviation;
import static io.github.grisaille.nn.Layers.minibatchDiscrimination;
import static io.github.grisaille.nn.Layers.pack;
import static io.github.grisaille.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.train.gan.GanTrainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is refused would fail, and whatever is not trains to the end: each case is also tried. */
class BatchSizesTest {
    private static ArrayDataset items(int count, int... shape) {
        int size = 1;
        for (int extent : shape) {
            size *= extent;
        }
        return new ArrayDataset(Samples.normal(1, count, size).toArray(), shape);
    }

    private static Sequential normed() {
        return sequential(dense(3, 4, false), batchNorm(4), dense(4, 1)).initialize(1);
    }

    private static History train(Sequential model, int count, int batch) {
        return new Trainer(model, Losses.meanSquaredError())
                .batch(batch)
                .progress(Progress.silent())
                .fit(items(count, 3), items(count, 1));
    }

    @ParameterizedTest
    @CsvSource({"65, 64", "9, 4", "9, 8", "7, 1", "7, 2", "7, 3", "7, 6"})
    void aBatchOfOneIsRefusedWithSizesThatWork(int count, int batch) {
        assertThatThrownBy(() -> train(normed(), count, batch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "on which the model cannot be trained: layer 1 BatchNorm(4): got 1×4, wanted at least 2"
                                + " values per channel")
                .satisfies(refused -> {
                    String message = refused.getMessage();
                    String[] sizes = message.substring(message.indexOf("say batch(") + "say batch(".length())
                            .split("\\) or batch\\(|\\)");
                    assertThat(sizes).isNotEmpty();
                    for (String size : sizes) {
                        assertThat(train(normed(), count, Integer.parseInt(size))
                                        .size())
                                .isPositive();
                    }
                });
    }

    @Test
    void theNearestSizesAreNamed() {
        assertThatThrownBy(() -> train(normed(), 65, 64))
                .hasMessageStartingWith("an epoch's last batch has 1 item (65 items in batches of 64), ")
                .hasMessageEndingWith(" For these items say batch(63) or batch(65)");
        assertThatThrownBy(() -> train(normed(), 1, 64))
                .hasMessageStartingWith("batches have 1 item (1 item in batches of 64), ")
                .hasMessageEndingWith(" For these items no batch size near it works: use more items, or another layer");
    }

    @Test
    void whatWorksIsNotRefused() {
        assertThat(train(normed(), 64, 100).size()).isEqualTo(1);
        assertThat(train(normed(), 66, 64).size()).isEqualTo(2);
        assertThat(train(sequential(dense(3, 1)), 65, 64).size()).isEqualTo(2);
        // four pixels are four values of a channel
        Sequential pixels = sequential(conv2d(1, 2, 1, 1, 0), batchNorm(2), flatten(), dense(8, 1));
        assertThat(new Trainer(pixels, Losses.meanSquaredError())
                        .batch(4)
                        .fit(items(5, 2, 2, 1), items(5, 1))
                        .size())
                .isEqualTo(2);
        // a batch of one tells these layers nothing, and they can take it
        Sequential ofBatches =
                sequential(dense(3, 4), minibatchDeviation(), minibatchDiscrimination(5, 2, 2), dense(7, 1));
        assertThat(train(ofBatches, 5, 4).size()).isEqualTo(2);
    }

    /** One pixel is one value. */
    @Test
    void anImageOfOnePixelIsRefused() {
        Sequential pixel = sequential(conv2d(1, 2, 2, 1, 0), batchNorm(2), flatten(), dense(2, 1));
        assertThatThrownBy(() ->
                        new Trainer(pixel, Losses.meanSquaredError()).batch(4).fit(items(5, 2, 2, 1), items(5, 1)))
                .hasMessageContaining("layer 1 BatchNorm(2): got 1×1×1×2, wanted at least 2 values per channel");
    }

    @Test
    void layersInLayersAreAsked() {
        for (Layer inner : new Layer[] {
            sequential(sequential(dense(3, 4), batchNorm(4))),
            concat(dense(3, 2), sequential(dense(3, 2), batchNorm(2)))
        }) {
            assertThatThrownBy(() -> train(sequential(inner, dense(4, 1)), 5, 4))
                    .hasMessageStartingWith("an epoch's last batch has 1 item (5 items in batches of 4)");
        }
    }

    @Test
    void aBatchThatPacksDoNotDivideIsRefused() {
        assertThatThrownBy(() -> train(sequential(pack(2), dense(6, 1)), 5, 4))
                .hasMessageContaining("layer 0 Pack(2): got 1×3, wanted a batch size that is a multiple of 2");
    }

    /** A shape that no batch makes right is said as before. */
    @Test
    void anotherShapeIsNoMatterOfTheBatch() {
        assertThatThrownBy(() -> train(sequential(dense(4, 2), batchNorm(2), dense(2, 1)), 65, 64))
                .hasMessage("layer 0 Dense(4 → 2): got 64×3, wanted batch×4");
    }

    private static GanTrainer game(boolean inGenerator, boolean inDiscriminator, int pack) {
        Sequential generator =
                inGenerator ? sequential(dense(2, 4), batchNorm(4), dense(4, 3)) : sequential(dense(2, 4), dense(4, 3));
        Sequential discriminator = inDiscriminator
                ? sequential(pack(pack), dense(3 * pack, 4), batchNorm(4), dense(4, 1))
                : sequential(pack(pack), dense(3 * pack, 1));
        return new GanTrainer(generator, discriminator).batch(8).epochs(2).progress(Progress.silent());
    }

    @Test
    void bothPlayersAreAsked() {
        assertThatThrownBy(() -> game(true, false, 1).fit(items(9, 3)))
                .hasMessageContaining("on which the generator cannot be trained: layer 1 BatchNorm(4): got 1×4")
                .hasMessageEndingWith("say batch(7) or batch(9)");
        assertThatThrownBy(() -> game(false, true, 1).fit(items(9, 3)))
                .hasMessageContaining("on which the discriminator cannot be trained: layer 2 BatchNorm(4): got 1×4");
        assertThat(game(true, true, 1).fit(items(10, 3)).size()).isEqualTo(4);
        assertThat(game(false, false, 1).fit(items(9, 3)).size()).isEqualTo(4);
    }

    /** Of 11 items the last batch has 3, of which one pack is left. */
    @Test
    void onePackIsOneItemForWhatFollows() {
        assertThatThrownBy(() -> game(false, true, 2).fit(items(11, 3)))
                .hasMessageStartingWith("an epoch's last batch has 2 items (11 items in batches of 8), ")
                .hasMessageEndingWith("say batch(6) or batch(10)");
        assertThat(game(false, true, 2).batch(6).fit(items(11, 3)).size()).isEqualTo(4);
        // a batch that holds no whole pack is passed over
        assertThatCode(() -> game(false, true, 2).fit(items(9, 3))).doesNotThrowAnyException();
    }

    /** One epoch of two batches is one step of two for D: it ends before the last item. */
    @Test
    void aLastBatchThatIsNeverReachedIsNoReason() {
        GanTrainer trainer = game(true, true, 1).discriminatorSteps(2).epochs(1);
        assertThat(trainer.fit(items(17, 3)).size()).isEqualTo(1);
        assertThatThrownBy(() ->
                        game(true, true, 1).discriminatorSteps(2).epochs(2).fit(items(17, 3)))
                .hasMessageStartingWith("an epoch's last batch has 1 item");
    }
}
