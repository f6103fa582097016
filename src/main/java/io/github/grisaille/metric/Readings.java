package io.github.grisaille.metric;

import io.github.grisaille.plot.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** Measures with names in words, as a table for notebooks and as lines of text for terminals. */
final class Readings {
    /**
     * One measure.
     *
     * @param spread its standard error or standard deviation; NaN if there is none
     * @param note a warning; empty if there is none
     */
    private record Reading(String name, Number value, double spread, String note) {}

    private final String title;
    private final List<Reading> readings = new ArrayList<>();

    private Readings(String title) {
        this.title = title;
    }

    static Readings titled(String title) {
        return new Readings(title);
    }

    Readings add(String name, Number value) {
        return add(name, value, Double.NaN, "");
    }

    Readings add(String name, Number value, String note) {
        return add(name, value, Double.NaN, note);
    }

    Readings add(String name, Number value, double spread, String note) {
        readings.add(new Reading(name, value, spread, note));
        return this;
    }

    /** One row for each measure. There are columns for spreads and for notes only if a measure has one. */
    Table table() {
        boolean spreads = readings.stream().anyMatch(reading -> !Double.isNaN(reading.spread));
        boolean notes = readings.stream().anyMatch(reading -> !reading.note.isEmpty());
        List<String> columns = new ArrayList<>(List.of("measure", "value"));
        if (spreads) {
            columns.add("±");
        }
        if (notes) {
            columns.add("note");
        }
        Rows rows = Rows.titled(title, columns.toArray(String[]::new));
        for (Reading reading : readings) {
            List<Object> row = new ArrayList<>(List.of(reading.name, reading.value));
            if (spreads) {
                row.add(Double.isNaN(reading.spread) ? null : reading.spread);
            }
            if (notes) {
                row.add(reading.note);
            }
            rows.add(row.toArray());
        }
        return rows.table();
    }

    /** The title, then one line for each measure. */
    @Override
    public String toString() {
        int widest = readings.stream()
                .mapToInt(reading -> reading.name.length())
                .max()
                .orElse(0);
        return readings.stream()
                .map(reading -> reading.name + " ".repeat(widest - reading.name.length() + 2) + text(reading))
                .collect(Collectors.joining("\n  ", title + "\n  ", ""));
    }

    private static String text(Reading reading) {
        String value = reading.value instanceof Double
                ? String.format(Locale.ROOT, "%.4g", reading.value)
                : String.format(Locale.ROOT, "%,d", reading.value.longValue());
        String spread = Double.isNaN(reading.spread) ? "" : String.format(Locale.ROOT, " ± %.2g", reading.spread);
        return value + spread + (reading.note.isEmpty() ? "" : "; " + reading.note);
    }
}
