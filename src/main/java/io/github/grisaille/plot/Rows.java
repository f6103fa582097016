package io.github.grisaille.plot;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A table written row by row, as results come in: {@code Rows.titled("ring", "method", "modes").add("plain", 4.3)}, then
 * {@link #table()}. Tablesaw itself builds tables column by column.
 *
 * <p>A null is a missing value: its cell is empty, and its column keeps its kind. NaN is a value, shown as {@code NaN}; see
 * {@link Doubles}.
 */
public final class Rows {
    private static final BigInteger LEAST_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LARGEST_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private final String title;
    private final List<String> names;
    private final List<Object[]> rows = new ArrayList<>();

    private Rows(String title, List<String> names) {
        this.title = title;
        this.names = names;
    }

    /**
     * A table with this heading and these columns, without rows yet.
     *
     * @throws IllegalArgumentException if there is no column, a name is null, or two names are equal but for upper and
     *     lower case, which Tablesaw does not tell apart
     */
    public static Rows titled(String title, String... columns) {
        if (columns == null || columns.length == 0) {
            throw new IllegalArgumentException("a table needs at least one column");
        }
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] == null) {
                throw new IllegalArgumentException(
                        "each column of a table needs a name, and column " + (i + 1) + " has null: give it one");
            }
            for (int j = 0; j < i; j++) {
                if (columns[i].toLowerCase(Locale.ROOT).equals(columns[j].toLowerCase(Locale.ROOT))) {
                    throw new IllegalArgumentException("columns " + (j + 1) + " and " + (i + 1) + " are named \""
                            + columns[j] + "\" and \"" + columns[i]
                            + "\": give each its own name (upper and lower case count as the same)");
                }
            }
        }
        return new Rows(title, List.of(columns));
    }

    /**
     * Adds a row: a whole number, another number or anything else for each column, the same kind in every row; or null
     * where a value is missing.
     *
     * @throws IllegalArgumentException if there are more or fewer values than columns, or a number is none that a table
     *     can hold
     */
    public Rows add(Object... values) {
        // Java takes add(null) for an array that is null
        Object[] row = values == null ? new Object[] {null} : values.clone();
        if (row.length != names.size()) {
            throw new IllegalArgumentException(
                    "a row has a value for each of " + names + ", and this one has " + row.length);
        }
        for (int i = 0; i < row.length; i++) {
            check(row[i], names.get(i));
        }
        rows.add(row);
        return this;
    }

    private static void check(Object value, String name) {
        if (whole(value) && ((Number) value).longValue() == Long.MIN_VALUE) {
            throw new IllegalArgumentException("column \"" + name + "\" got " + value
                    + ", which Tablesaw keeps for a missing whole number: add it as a double or as text");
        }
        if (value instanceof Number number
                && !(value instanceof Double || value instanceof Float)
                && !Double.isFinite(number.doubleValue())) {
            throw new IllegalArgumentException("column \"" + name + "\" got " + value + ", and a double holds at most "
                    + Double.MAX_VALUE + ": add its logarithm, or the number as text");
        }
    }

    /**
     * The rows so far. Columns of whole numbers are long, of other numbers double, all others text. A column with nothing
     * but missing values is text.
     */
    public Table table() {
        Table table = Table.create(title);
        for (int i = 0; i < names.size(); i++) {
            int place = i;
            table.addColumns(
                    column(names.get(i), rows.stream().map(row -> row[place]).toArray()));
        }
        return table;
    }

    private static Column<?> column(String name, Object[] values) {
        Object[] there = Arrays.stream(values).filter(Objects::nonNull).toArray();
        if (there.length == 0 && values.length > 0) {
            return texts(name, values);
        }
        if (Arrays.stream(there).allMatch(Rows::whole)) {
            LongColumn column = LongColumn.create(name);
            for (Object value : values) {
                if (value == null) {
                    column.appendMissing();
                } else {
                    column.append(((Number) value).longValue());
                }
            }
            return column;
        }
        if (Arrays.stream(there).allMatch(value -> value instanceof Number)) {
            return Doubles.column(
                    name, Arrays.stream(values).mapToDouble(Rows::number).toArray());
        }
        return texts(name, values);
    }

    private static StringColumn texts(String name, Object[] values) {
        StringColumn column = StringColumn.create(name);
        for (Object value : values) {
            if (value == null) {
                column.appendMissing();
            } else {
                column.append(String.valueOf(value));
            }
        }
        return column;
    }

    private static boolean whole(Object value) {
        return value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInteger big
                        && big.compareTo(LEAST_LONG) >= 0
                        && big.compareTo(LARGEST_LONG) <= 0;
    }

    /** A float as it is written: 0.1f is 0.1, not 0.10000000149. */
    private static double number(Object value) {
        if (value == null) {
            return Doubles.MISSING;
        }
        return value instanceof Float ? Double.parseDouble(value.toString()) : ((Number) value).doubleValue();
    }
}
