package io.github.grisaille.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class RowsTest {
    @Test
    void kindsOfColumnsFollowTheValues() {
        Table table = Rows.titled("runs", "name", "steps", "rate", "mixed")
                .add("a", 10, 0.1f, 1)
                .add("b", 20L, 2, "none")
                .table();
        assertThat(table.name()).isEqualTo("runs");
        assertThat(table.stringColumn("name").asList()).containsExactly("a", "b");
        assertThat(table.longColumn("steps").asList()).containsExactly(10L, 20L);
        assertThat(table.doubleColumn("rate").asList()).containsExactly(0.1, 2.0);
        assertThat(table.stringColumn("mixed").asList()).containsExactly("1", "none");
    }

    @Test
    void whatIsNoRowIsRefused() {
        assertThatThrownBy(() -> Rows.titled("t", "a", "b").add(1))
                .hasMessage("a row has a value for each of [a, b], and this one has 1");
        assertThatThrownBy(() -> Rows.titled("t")).hasMessage("a table needs at least one column");
    }
}
