package io.github.grisaille.train;

import io.github.grisaille.plot.Figures;
import io.github.grisaille.plot.Html;
import io.github.grisaille.plot.Plot;
import io.github.grisaille.plot.Showable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** The values that a training run recorded: one row for each step, one column for each series. Steps count from 1. */
public final class History implements Showable {
    private final Map<String, List<Double>> columns = new LinkedHashMap<>();
    private final List<Long> steps = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private long stepsPerEpoch = 1;

    History(String... series) {
        for (String name : series) {
            columns.put(name, new ArrayList<>());
        }
    }

    /** A history that was recorded before. */
    History(List<Long> steps, Map<String, List<Double>> columns, List<String> remarks) {
        this.steps.addAll(steps);
        this.columns.putAll(columns);
        this.remarks.addAll(remarks);
    }

    void stepsPerEpoch(long count) {
        stepsPerEpoch = count;
    }

    /**
     * Records one step. A row that does not fit is refused whole: every column stays as it was.
     *
     * @param row one value for each series, by the name of the series
     * @throws IllegalArgumentException if the row lacks a series, or names one that is not recorded here
     */
    void add(long step, Map<String, Double> row) {
        checkNames(step, row.keySet());
        steps.add(step);
        columns.forEach((name, column) -> column.add(row.get(name)));
    }

    /** Refuses a row whose names are not exactly those of the series. */
    void checkNames(long step, Set<String> names) {
        if (columns.keySet().equals(names)) {
            return;
        }
        Set<String> missing = new LinkedHashSet<>(columns.keySet());
        missing.removeAll(names);
        Set<String> unknown = new LinkedHashSet<>(names);
        unknown.removeAll(columns.keySet());
        throw new IllegalArgumentException("the row of step " + step + " has " + names + "; wanted: "
                + columns.keySet() + (missing.isEmpty() ? "" : "; missing: " + missing)
                + (unknown.isEmpty() ? "" : "; unknown: " + unknown) + ". Record each series once in each step");
    }

    void remark(String text) {
        remarks.add(text);
    }

    /** Takes over what another history of the same series recorded. */
    void restore(History earlier) {
        steps.addAll(earlier.steps);
        columns.forEach((name, values) -> values.addAll(earlier.columns.get(name)));
        remarks.addAll(earlier.remarks);
    }

    /** What a reader should know about this run, such as values that had to be held in bounds; empty as a rule. */
    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** The number of recorded steps. */
    public int size() {
        return steps.size();
    }

    /** The names of what was recorded. */
    public List<String> series() {
        return List.copyOf(columns.keySet());
    }

    /**
     * All recorded values of a series, in the order of the steps.
     *
     * @throws IllegalArgumentException if there is no such series
     */
    public double[] values(String series) {
        return column(series).stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The recorded steps, as an x axis. */
    public double[] steps() {
        return steps.stream().mapToDouble(Long::doubleValue).toArray();
    }

    /**
     * The last recorded value of a series.
     *
     * @throws IllegalArgumentException if there is no such series
     * @throws IllegalStateException if no step is recorded yet
     */
    public double last(String series) {
        List<Double> column = column(series);
        if (column.isEmpty()) {
            throw new IllegalStateException("nothing is recorded yet");
        }
        return column.get(column.size() - 1);
    }

    /**
     * The mean of a series over the last recorded steps; over all of them if there are fewer than asked for.
     *
     * @param count the number of steps, at least 1
     * @throws IllegalArgumentException if there is no such series, or no recorded step
     */
    public double lastMean(String series, int count) {
        double[] values = values(series);
        if (count < 1 || values.length == 0) {
            throw new IllegalArgumentException("the mean over the last " + count + " of " + values.length
                    + " steps: at least 1 step is wanted of at least 1 recorded step");
        }
        return Arrays.stream(values, Math.max(0, values.length - count), values.length)
                .average()
                .orElseThrow();
    }

    /** One row for each recorded step. */
    public Table table() {
        return HistoryTables.steps(steps, columns);
    }

    /** One row for each epoch: the mean of each series over the epoch's steps. */
    public Table epochs() {
        return HistoryTables.epochs(size(), columns, stepsPerEpoch);
    }

    /**
     * Curves against the step.
     *
     * @param series the series to draw; all of them if none is named
     */
    public Plot plot(String... series) {
        List<String> names = series.length == 0 ? series() : List.of(series);
        Plot plot =
                Figures.curves(String.join(", ", names), "step", names.size() == 1 ? names.get(0) : "value", steps());
        names.forEach(name -> plot.line(name, values(name)));
        return plot;
    }

    /**
     * The curves of all series whose values change, such as the losses but not a constant learning rate; then {@link
     * #toString} in words.
     */
    @Override
    public String toHtml() {
        String text = "<div>" + Html.escape(toString()) + "</div>";
        if (steps.isEmpty()) {
            return text;
        }
        String[] changing = columns.keySet().stream().filter(this::changes).toArray(String[]::new);
        return plot(changing).toHtml() + text;
    }

    private boolean changes(String series) {
        return columns.get(series).stream().distinct().count() > 1;
    }

    /** The number of steps, the last values and the remarks. */
    @Override
    public String toString() {
        if (steps.isEmpty()) {
            return "no steps of " + String.join(", ", columns.keySet());
        }
        return String.format(Locale.ROOT, "%,d %s; last: %s", size(), size() == 1 ? "step" : "steps", latest())
                + remarks.stream().map(remark -> "; " + remark).collect(Collectors.joining());
    }

    /** The latest values in words. */
    String latest() {
        if (steps.isEmpty()) {
            return "";
        }
        return columns.keySet().stream()
                .map(name -> String.format(Locale.ROOT, "%s %.4g", name, last(name)))
                .collect(Collectors.joining(", "));
    }

    private List<Double> column(String series) {
        List<Double> column = columns.get(series);
        if (column == null) {
            throw new IllegalArgumentException("no series \"" + series + "\": recorded are " + columns.keySet());
        }
        return column;
    }
}
