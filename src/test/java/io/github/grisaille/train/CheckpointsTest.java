package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.nn.Sequential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointsTest extends CheckpointTestFolder {
    /** Epochs end at steps 4 and 8, or so; D's lazy penalty is due at 1, 5, 9 …, a diagnosis at 1, 4, 7 …. */
    @ParameterizedTest
    @EnumSource
    void anInterruptedTrainingEndsWithTheSameBits(CheckpointScenario scenario) throws IOException {
        List<float[]> expected = uninterrupted(scenario);
        for (long step : new long[] {2, 4, 7, 10}) {
            interrupted(scenario, step);
            assertSameBits(resumed(scenario), expected);
            clear();
        }
        for (long step : new long[] {3, 5, 6, 9}) {
            interrupted(scenario, step);
        }
        assertSameBits(resumed(scenario), expected);
        // a finished training answers at once
        assertSameBits(resumed(scenario), expected);
    }

    private void clear() throws IOException {
        for (Path file : files("")) {
            Files.delete(file);
        }
    }

    @Test
    void aTrainingThatDiesGoesOnFromItsNewestCheckpoint() {
        List<float[]> expected = uninterrupted(CheckpointScenario.EVERYTHING);
        CheckpointScenario.Training training = CheckpointScenario.EVERYTHING.make();
        training.settings().checkpoints(Checkpoints.in(folder).everySteps(2)).everySteps(7, step -> {
            throw new IllegalStateException("the lamp fell over");
        });
        assertThatThrownBy(training.fit()::get).hasMessage("the lamp fell over");
        assertThat(Checkpoints.in(folder).newest().orElseThrow().step()).isEqualTo(6);
        assertSameBits(resumed(CheckpointScenario.EVERYTHING), expected);
    }

    @Test
    void trainingCanGoOnForMoreEpochs() {
        CheckpointScenario.Training longer = CheckpointScenario.EVERYTHING.make();
        longer.settings().epochs(5);
        List<float[]> expected = longer.results(longer.fit().get());
        CheckpointScenario.Training first = CheckpointScenario.EVERYTHING.make();
        first.settings().checkpoints(Checkpoints.in(folder));
        first.fit().get();
        CheckpointScenario.Training more = CheckpointScenario.EVERYTHING.make();
        more.settings().epochs(5).checkpoints(Checkpoints.in(folder));
        assertSameBits(more.results(more.fit().get()), expected);
        CheckpointScenario.Training shorter = CheckpointScenario.EVERYTHING.make();
        shorter.settings().epochs(4).checkpoints(Checkpoints.in(folder));
        assertThatThrownBy(shorter.fit()::get)
                .hasMessageContaining("step-00000020.json is of step 20, and this training ends at step 16");
    }

    @Test
    void callbacksThatAnInterruptKeptBackAreCalledLater() {
        List<Long> called = new ArrayList<>();
        CheckpointScenario.Training first = CheckpointScenario.PLAIN_GAN.make();
        first.settings().checkpoints(Checkpoints.in(folder)).everySteps(2, step -> {
            called.add(step);
            if (step == 4) {
                Thread.currentThread().interrupt();
            }
        });
        first.settings().everySteps(5, step -> called.add(-step));
        assertThatThrownBy(first.fit()::get).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        CheckpointScenario.Training second = CheckpointScenario.PLAIN_GAN.make();
        second.settings()
                .checkpoints(Checkpoints.in(folder))
                .everySteps(2, called::add)
                .everySteps(5, step -> called.add(-step));
        second.fit().get();
        assertThat(called).containsExactly(2L, 4L, -5L, 6L, 8L, 10L, -10L, 12L);
    }

    @Test
    void theNewestAndTheBestAreKept() throws IOException {
        double[] judgements = {5, 1, Double.NaN, 3, 4, 2};
        int[] asked = {0};
        CheckpointScenario.Training training = CheckpointScenario.PLAIN_GAN.make();
        Checkpoints checkpoints =
                Checkpoints.in(folder).everySteps(2).keep(2).keepLowest("FID", () -> judgements[asked[0]++]);
        training.settings().checkpoints(checkpoints);
        training.fit().get();
        assertThat(checkpoints.list()).extracting(Checkpoint::step).containsExactly(4L, 10L, 12L);
        assertThat(files(".safetensors")).hasSize(3);
        Checkpoint best = checkpoints.best().orElseThrow();
        assertThat(best.step()).isEqualTo(4);
        assertThat(best.measured()).hasValue(1);
        assertThat(best).hasToString(best.file() + ", step 4, FID 1.0");
        assertThat(best.history().values("D(x)")).hasSize(4);
        Sequential generator = sequential(dense(4, 16), tanh(), dense(16, 3));
        best.load("generator", generator);
        assertThat(generator.parameters().get(0).value().toArray())
                .containsExactly(best.tensors().values("generator.0.weight"));
        assertThat(Checkpoints.in(folder)
                        .keepHighest("FID", () -> 0)
                        .best()
                        .orElseThrow()
                        .step())
                .isEqualTo(10);
        assertThat(Checkpoints.in(folder).keepLowest("KID", () -> 0).best()).isEmpty();
        assertThatThrownBy(() -> Checkpoints.in(folder).best()).hasMessageContaining("say keepLowest or keepHighest");
        assertThatThrownBy(() -> best.load("painter", generator)).hasMessageContaining("it lacks [0.weight");
        assertThat(checkpoints).hasToString("checkpoints in " + folder + ": steps [4, 10, 12]");
    }

    @Test
    void badArguments() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[0]);
        assertThatThrownBy(() -> Checkpoints.in(file)).hasMessageContaining("is a file, and checkpoints need a folder");
        assertThatThrownBy(() -> Checkpoints.in(folder).keep(0)).hasMessageContaining("checkpoints kept is at least 1");
        assertThatThrownBy(() -> Checkpoints.in(folder).everySteps(0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> Checkpoints.in(folder).everyEpochs(0)).hasMessageContaining("at least 1");
        assertThat(Checkpoints.in(folder.resolve("none")).newest()).isEmpty();
    }

    /** What a reader of another library finds in the file. */
    @Test
    void tensorsHaveTheNamesThatAreWrittenDown() {
        resumed(CheckpointScenario.EVERYTHING);
        SafeTensors tensors = Checkpoints.in(folder).newest().orElseThrow().tensors();
        assertThat(tensors.names())
                .contains(
                        "generator.0.weight",
                        "generator.1.running_mean",
                        "discriminator.1.singular vector",
                        "optimizers.generator.0.weight.exp_avg",
                        "optimizers.discriminator.6.bias.exp_avg_sq",
                        "stabilisers.1.store",
                        "stabilisers.2.lookahead.1.weight.exp_avg",
                        "stabilisers.3.average.0.weight");
        assertThat(tensors.part("generator").names())
                .isEqualTo(CheckpointScenario.EVERYTHING
                        .make()
                        .networks()
                        .get(0)
                        .state()
                        .keySet());
    }
}
