package io.github.grisaille.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvWriteOptions;

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

    /** A missing value takes its column's kind: null is no text. */
    @Test
    void aNullIsMissingAndItsColumnKeepsItsKind() {
        Table table = Rows.titled("t", "name", "steps", "loss", "nothing")
                .add("a", 1, 1.5, null)
                .add("b", null, null, null)
                .add(null, 3L, Double.NaN, null)
                .table();
        assertThat(table.types())
                .containsExactly(ColumnType.STRING, ColumnType.LONG, ColumnType.DOUBLE, ColumnType.STRING);
        assertThat(table.stringColumn("name").isMissing(2)).isTrue();
        assertThat(table.longColumn("steps").isMissing(1)).isTrue();
        assertThat(table.longColumn("steps").mean()).isEqualTo(2);
        assertThat(table.doubleColumn("loss").isMissing(1)).isTrue();
        assertThat(table.column("nothing").countMissing()).isEqualTo(3);
    }

    @Test
    void nanIsToldFromMissingAlsoWhereTablesawCopiesAndSorts() {
        Table table = Rows.titled("t", "n", "loss")
                .add(2, null)
                .add(1, Double.NaN)
                .add(3, 0.0 / Double.parseDouble("0"))
                .add(4, Float.NaN)
                .add(5, 1.5)
                .table();
        for (Table same : new Table[] {
            table,
            table.copy(),
            table.sortOn("n").sortOn("loss"),
            table.where(table.longColumn("n").isLessThan(9))
        }) {
            for (Row row : same) {
                double loss = row.getDouble("loss");
                assertThat(Doubles.isMissing(loss)).isEqualTo(row.getLong("n") == 2);
                assertThat(same.doubleColumn("loss").isMissing(row.getRowNumber()))
                        .isEqualTo(row.getLong("n") != 5);
            }
        }
        assertThat(table.print()
                        .lines()
                        .map(line -> line.replaceAll("[^0-9.aN]+", " ").strip()))
                .endsWith("2", "1 NaN", "3 NaN", "4 NaN", "5 1.5");
    }

    @Test
    void aFileOfCommaSeparatedValuesCanKeepNan() {
        Table table = Rows.titled("t", "n", "loss")
                .add(1, null)
                .add(null, Double.NaN)
                .add(3, 0.1)
                .table();
        StringWriter plain = new StringWriter();
        table.write().csv(plain);
        assertThat(plain.toString()).isEqualTo("n,loss\n1,\n,\n3,0.1\n");
        StringWriter printed = new StringWriter();
        table.write()
                .usingOptions(CsvWriteOptions.builder(printed)
                        .usePrintFormatters(true)
                        .build());
        assertThat(printed.toString()).isEqualTo("n,loss\n1,\n,NaN\n3,0.1\n");
    }

    @Test
    void numbersOfEveryKind() {
        Table table = Rows.titled("t", "whole", "number", "truth")
                .add((short) 1, new BigDecimal("0.25"), true)
                .add((byte) -2, Double.POSITIVE_INFINITY, false)
                .add(BigInteger.TEN, -0.0, null)
                .add(Long.MAX_VALUE, Integer.MIN_VALUE, true)
                .add(Integer.MIN_VALUE, BigInteger.TWO.pow(70), true)
                .table();
        assertThat(table.longColumn("whole").asList())
                .containsExactly(1L, -2L, 10L, Long.MAX_VALUE, (long) Integer.MIN_VALUE);
        assertThat(table.column("whole").countMissing()).isZero();
        assertThat(table.doubleColumn("number").asDoubleArray())
                .containsExactly(0.25, Double.POSITIVE_INFINITY, -0.0, Integer.MIN_VALUE, 0x1p70);
        assertThat(table.stringColumn("truth").asList()).containsExactly("true", "false", "", "true", "true");
    }

    @Test
    void aNumberThatATableCannotHoldIsRefused() {
        Rows rows = Rows.titled("t", "steps");
        assertThatThrownBy(() -> rows.add(Long.MIN_VALUE))
                .hasMessage("column \"steps\" got -9223372036854775808, which Tablesaw uses for a missing integer:"
                        + " add it as a double or as text");
        assertThatThrownBy(() -> rows.add(BigInteger.TEN.pow(400)))
                .hasMessageContaining("a double is at most 1.7976931348623157E308: add its logarithm");
        assertThat(rows.add((double) Long.MIN_VALUE).table().doubleColumn(0).asList())
                .containsExactly(-0x1p63);
    }

    @Test
    void oneNullIsARowOfOneMissingValueAndNoRowsAreATable() {
        Table table = Rows.titled("t", "a").add(1).add((Object[]) null).table();
        assertThat(table.longColumn("a").isMissing(1)).isTrue();
        assertThat(Rows.titled("t", "a", "b").table().shape()).isEqualTo("t: 0 rows X 2 cols");
    }

    @Test
    void whatIsNoRowIsRefused() {
        assertThatThrownBy(() -> Rows.titled("t", "a", "b").add(1))
                .hasMessage("a row needs one value for each of [a, b]; got 1 values");
        assertThatThrownBy(() -> Rows.titled("t")).hasMessage("a table needs at least one column");
        assertThatThrownBy(() -> Rows.titled("t", (String[]) null)).hasMessage("a table needs at least one column");
    }

    @Test
    void columnsNeedNamesOfTheirOwn() {
        assertThatThrownBy(() -> Rows.titled("t", "a", null))
                .hasMessage("each column of a table needs a name; column 2 has null");
        assertThatThrownBy(() -> Rows.titled("t", "FID", "n", "fid"))
                .hasMessage(
                        "columns 1 and 3 are named \"FID\" and \"fid\": give each its own name (upper and lower case"
                                + " count as the same)");
    }
}
