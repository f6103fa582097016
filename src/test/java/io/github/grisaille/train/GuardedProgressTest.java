package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Displays that fail, beside training that goes well and training that does not. */
class GuardedProgressTest {
    private static final ArrayDataset INPUTS = new ArrayDataset(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 1);
    private static final ArrayDataset TARGETS = new ArrayDataset(new float[] {2, 4, 6, 8, 10, 12, 14, 16}, 1);

    /** A place that fails on one of its calls, and draws a chart at its end. */
    private record Failing(String on, List<String> calls) implements Progress {
        private void call(String name) {
            calls.add(name);
            if (name.equals(on)) {
                throw new IllegalStateException("no display");
            }
        }

        @Override
        public void begin(String title, long totalSteps) {
            call("begin");
        }

        @Override
        public void update(long step, Report report) {
            call("update");
        }

        @Override
        public void end(long step, String message, Report report) {
            report.chart().get().toHtml();
            call("end");
        }
    }

    private static Trainer trainer(float rate, int epochs, Progress place) {
        Sequential network = sequential(dense(1, 1)).initialize(1);
        return new Trainer(network, Losses.meanSquaredError())
                .optimizer(Optimizers.sgd(rate))
                .batch(8)
                .epochs(epochs)
                .progress(place);
    }

    @Test
    void aFailingDisplayIsNotedAndTrainingGoesOn() {
        for (String on : List.of("begin", "update", "end")) {
            List<String> calls = new ArrayList<>();
            History history = trainer(0.01f, 5, new Failing(on, calls)).fit(INPUTS, TARGETS);
            assertThat(history.size()).isEqualTo(5);
            assertThat(history.remarks())
                    .containsExactly("progress could not be shown: java.lang.IllegalStateException: no display");
            assertThat(calls).as("nothing more is asked of it").endsWith(on);
        }
    }

    @Test
    void theExceptionThatEndsTrainingArrives() {
        for (String on : List.of("begin", "update", "end", "nothing")) {
            assertThatThrownBy(() -> trainer(0.1f, 200, new Failing(on, new ArrayList<>()))
                            .fit(INPUTS, TARGETS))
                    .isInstanceOf(TrainingDivergedException.class)
                    .hasMessageContaining("the loss is NaN or infinite")
                    .hasMessageContaining("Try a lower learning rate");
        }
    }

    /** A run whose loss ends at 7e27 still ends, with its chart. */
    @Test
    void aLossThatGrowsLargeIsCharted() {
        List<String> calls = new ArrayList<>();
        History history = trainer(0.045f, 100, new Failing("nothing", calls)).fit(INPUTS, TARGETS);
        assertThat(history.last("loss")).isGreaterThan(1e20);
        assertThat(history.remarks()).isEmpty();
        assertThat(calls).endsWith("end");
    }
}
