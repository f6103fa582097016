package io.github.grisaille.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static Tensor one(float value) {
        Tensor tensor = Backend.cpu().empty(Shape.of(1));
        Backend.cpu().fill(value, tensor);
        return tensor;
    }

    private static History ofTwoSteps() {
        History history = new History("loss", "rate");
        history.add(1, Map.of("rate", 0.1, "loss", 5.0));
        history.add(2, Map.of("loss", 4.0, "rate", 0.2));
        return history;
    }

    private static void assertTwoSteps(History history) {
        assertThat(history.size()).isEqualTo(2);
        assertThat(history.steps()).containsExactly(1, 2);
        assertThat(history.series()).containsExactly("loss", "rate");
        assertThat(history.values("loss")).containsExactly(5, 4);
        assertThat(history.values("rate")).containsExactly(0.1, 0.2);
        assertThat(history.table().rowCount()).isEqualTo(2);
    }

    @Test
    void valuesGoToTheSeriesOfTheirNameInAnyOrder() {
        assertTwoSteps(ofTwoSteps());
    }

    @Test
    void aRowWithAMissingNameIsRefusedWhole() {
        History history = ofTwoSteps();
        assertThatThrownBy(() -> history.add(3, Map.of("loss", 3.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the row of step 3 has [loss]; wanted: [loss, rate]; missing: [rate]."
                        + " Record each series once in each step");
        assertTwoSteps(history);
    }

    @Test
    void aRowWithAnUnknownNameIsRefusedWhole() {
        History history = ofTwoSteps();
        assertThatThrownBy(() -> history.add(3, Map.of("loss", 3.0, "rate", 0.3, "KL", 1.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wanted: [loss, rate]; unknown: [KL].");
        assertThatThrownBy(() -> history.add(3, Map.of("loss", 3.0, "rates", 0.3)))
                .hasMessageContaining("wanted: [loss, rate]; missing: [rate]; unknown: [rates].");
        assertTwoSteps(history);
    }

    @Test
    void aNameThatComesTwiceInAStepIsRefused() {
        Row row = new Row(3).with("loss", one(3)).with("rate", one(0.3f));
        assertThatThrownBy(() -> row.with("loss", one(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the row of step 3 got \"loss\" twice, and already has [loss, rate]:"
                        + " record each series once in each step");
        assertThat(row.values().get("loss").value().item()).isEqualTo(3);
    }

    @Test
    void aRecorderRefusesARowThatDoesNotFitAndKeepsTheOthers() {
        History history = new History("loss", "rate");
        Recorder recorder = new Recorder(history);
        recorder.add(new Row(1).with("rate", one(0.5f)).with("loss", one(5)));
        assertThatThrownBy(() -> recorder.add(new Row(2).with("loss", one(4))))
                .hasMessageContaining("the row of step 2 has [loss]")
                .hasMessageContaining("missing: [rate]");
        recorder.add(new Row(2).with("loss", one(4)).with("rate", DeferredValue.ratio(one(1), one(16))));
        assertThat(history.size()).isZero();
        recorder.flush();
        assertThat(history.values("loss")).containsExactly(5, 4);
        assertThat(history.values("rate")).containsExactly(0.5, 0.25);
    }
}
