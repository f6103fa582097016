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
 * A table that is built row by row: {@code Rows.titled("ring", "method", "modes").add("plain", 4.3)}, then {@link
 * #table()}. Tablesaw itself builds tables column by column.
 *
 * <p>Null is a missing value: its cell is empty, and the type of the column does not change. NaN is a value and is
 * shown as {@code NaN}; see {@link Doubles}.
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
     * A table with this title and these columns, without rows.
     *
     * @throws IllegalArgumentException if there is no column, a name is null, or two names are equal; upper and lower
     *     case count as equal, as in Tablesaw
     */
    public static Rows titled(String title, String... columns) {
        if (columns == null || columns.length == 0) {
            throw new IllegalArgumentException("a table needs at least one column");
        }
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] == null) {
                throw new IllegalArgumentException(
                        "each column of a table needs a name; column " + (i + 1) + " has null");
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
     * Adds a row with one value for each column, or null for a missing value. A column of integers only is long, of
     * numbers double, of anything else text.
     *
     * @throws IllegalArgumentException if the number of values is wrong, or a table cannot hold a number
     */
    public Rows add(Object... values) {
        // in add(null), Java passes null as the array
        Object[] row = values == null ? new Object[] {null} : values.clone();
        if (row.length != names.size()) {
            throw new IllegalArgumentException(
                    "a row needs one value for each of " + names + "; got " + row.length + " values");
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
                    + ", which Tablesaw uses for a missing integer: add it as a double or as text");
        }
        if (value instanceof Number number
                && !(value instanceof Double || value instanceof Float)
                && !Double.isFinite(number.doubleValue())) {
            throw new IllegalArgumentException("column \"" + name + "\" got " + value + ", but a double is at most "
                    + Double.MAX_VALUE + ": add its logarithm, or the number as text");
        }
    }

    /** The table of the rows so far. A column with only missing values is text. */
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

    /** Converts a float by its decimal text: 0.1f becomes 0.1, not 0.10000000149. */
    private static double number(Object value) {
        if (value == null) {
            return Doubles.MISSING;
        }
        return value instanceof Float ? Double.parseDouble(value.toString()) : ((Number) value).doubleValue();
    }
}
