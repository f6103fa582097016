package io.github.grisaille.notebook;

import io.github.grisaille.plot.Doubles;
import io.github.grisaille.plot.Html;
import java.util.Locale;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * HTML of a table. Numbers are right-aligned, a missing value is an empty cell, and long tables show only their first
 * and last rows.
 */
final class TableHtml {
    private static final int MOST_ROWS = 24;
    private static final int SHOWN_AT_ENDS = 10;

    private TableHtml() {}

    static String of(Table table) {
        StringBuilder html = new StringBuilder("<table>");
        if (table.name() != null && !table.name().isBlank()) {
            html.append("<caption>").append(escape(table.name())).append("</caption>");
        }
        html.append("<thead><tr>");
        for (Column<?> column : table.columns()) {
            html.append("<th style=\"text-align:")
                    .append(side(column))
                    .append("\">")
                    .append(escape(column.name()))
                    .append("</th>");
        }
        html.append("</tr></thead><tbody>");
        boolean cut = table.rowCount() > MOST_ROWS;
        for (int row = 0; row < table.rowCount(); row++) {
            if (cut && row == SHOWN_AT_ENDS) {
                int left = table.rowCount() - 2 * SHOWN_AT_ENDS;
                html.append("<tr><td colspan=\"")
                        .append(table.columnCount())
                        .append("\" style=\"text-align:center\">… ")
                        .append(left)
                        .append(" more rows …</td></tr>");
                row += left;
            }
            html.append("<tr>");
            for (Column<?> column : table.columns()) {
                html.append("<td style=\"text-align:")
                        .append(side(column))
                        .append("\">")
                        .append(escape(text(column, row)))
                        .append("</td>");
            }
            html.append("</tr>");
        }
        return html.append("</tbody></table>").toString();
    }

    private static String side(Column<?> column) {
        return numeric(column) ? "right" : "left";
    }

    private static boolean numeric(Column<?> column) {
        ColumnType type = column.type();
        return type == ColumnType.DOUBLE
                || type == ColumnType.FLOAT
                || type == ColumnType.INTEGER
                || type == ColumnType.LONG
                || type == ColumnType.SHORT;
    }

    /** The text of a cell. Decimal numbers get four significant digits; the table itself has all. */
    private static String text(Column<?> column, int row) {
        if (column instanceof DoubleColumn || column instanceof FloatColumn) {
            double number = ((NumericColumn<?>) column).getDouble(row);
            return Doubles.isMissing(number) ? "" : Numbers.fourDigits(number);
        }
        if (column.isMissing(row)) {
            return "";
        }
        Object value = column.get(row);
        if (value instanceof Long || value instanceof Integer) {
            return String.format(Locale.ROOT, "%,d", ((Number) value).longValue());
        }
        return column.getString(row);
    }

    static String escape(String text) {
        return Html.escape(text);
    }
}
