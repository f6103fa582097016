package io.github.grisaille.plot;

import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * Columns of doubles that distinguish a missing number from NaN. Tablesaw uses NaN for a missing number, so to Tablesaw
 * every NaN is missing. Here, as in R, a missing number is one special NaN whose lowest bits are 1954. Tablesaw still
 * counts both as missing ({@code isMissing}, {@code countMissing}). But these columns print a missing number as an
 * empty cell and NaN as {@code NaN}, and so does a notebook.
 *
 * <p>In a table made by Tablesaw itself the two are the same, and a notebook shows {@code NaN} for both. A CSV file has
 * an empty cell for both, unless it is written with {@code CsvWriteOptions.builder(file).usePrintFormatters(true)}.
 */
public final class Doubles {
    /** A missing number. */
    public static final double MISSING = Double.longBitsToDouble(0x7ff8_0000_0000_07a2L);

    private Doubles() {}

    /** Whether a value is {@link #MISSING}; no other NaN is. */
    public static boolean isMissing(double value) {
        return Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(MISSING);
    }

    /** A column of these values, each a number, NaN or {@link #MISSING}. */
    public static DoubleColumn column(String name, double... values) {
        DoubleColumn column = DoubleColumn.create(name, values);
        column.setPrintFormatter(new Formatter());
        return column;
    }

    private static final class Formatter extends NumberColumnFormatter {
        Formatter() {
            super(NumberColumnFormatter.floatingPointDefault().getFormat());
            setColumnType(ColumnType.DOUBLE);
        }

        @Override
        public String format(double value) {
            return Double.isNaN(value) && !isMissing(value) ? "NaN" : super.format(value);
        }
    }
}
