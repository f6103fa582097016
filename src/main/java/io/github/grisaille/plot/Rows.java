package io.github.grisaille.plot;

import java.util.ArrayList;
import java.util.List;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * A table written row by row, as results come in: {@code Rows.titled("ring", "method", "modes").add("plain", 4.3)}, then
 * {@link #table()}. Tablesaw itself builds tables column by column.
 */
public final class Rows {
    private final String title;
    private final List<String> names;
    private final List<Object[]> rows = new ArrayList<>();

    private Rows(String title, List<String> names) {
        this.title = title;
        this.names = names;
    }

    /** A table with this heading and these columns, without rows yet. */
    public static Rows titled(String title, String... columns) {
        if (columns.length == 0) {
            throw new IllegalArgumentException("a table needs at least one column");
        }
        return new Rows(title, List.of(columns));
    }

    /**
     * Adds a row: a whole number, another number or anything else for each column, the same kind in every row.
     *
     * @throws IllegalArgumentException if there are more or fewer values than columns
     */
    public Rows add(Object... values) {
        if (values.length != names.size()) {
            throw new IllegalArgumentException(
                    "a row has a value for each of " + names + ", and this one has " + values.length);
        }
        rows.add(values.clone());
        return this;
    }

    /** The rows so far. Columns of whole numbers are long, of other numbers double, all others text. */
    public Table table() {
        Table table = Table.create(title);
        for (int i = 0; i < names.size(); i++) {
            int column = i;
            if (rows.stream().allMatch(row -> row[column] instanceof Integer || row[column] instanceof Long)) {
                table.addColumns(LongColumn.create(
                        names.get(i),
                        rows.stream()
                                .mapToLong(row -> ((Number) row[column]).longValue())
                                .toArray()));
            } else if (rows.stream().allMatch(row -> row[column] instanceof Number)) {
                table.addColumns(DoubleColumn.create(
                        names.get(i),
                        rows.stream()
                                .mapToDouble(row -> number((Number) row[column]))
                                .toArray()));
            } else {
                table.addColumns(StringColumn.create(
                        names.get(i),
                        rows.stream().map(row -> String.valueOf(row[column])).toArray(String[]::new)));
            }
        }
        return table;
    }

    /** A float as it is written: 0.1f is 0.1, not 0.10000000149. */
    private static double number(Number value) {
        return value instanceof Float ? Double.parseDouble(value.toString()) : value.doubleValue();
    }
}
