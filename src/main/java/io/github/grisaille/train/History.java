package io.github.grisaille.train;

import io.github.grisaille.plot.Doubles;
import io.github.grisaille.plot.Figures;
import io.github.grisaille.plot.Plot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The values that a training run recorded, one row a step (steps are counted from 1). */
public final class History {
    private final Map<String, List<Double>> columns = new LinkedHashMap<>();
    private final List<Long> steps = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private long stepsPerEpoch = 1;

    History(String... series) {
        for (String name : series) {
            columns.put(name, new ArrayList<>());
        }
    }

    void stepsPerEpoch(long count) {
        stepsPerEpoch = count;
    }

    void add(long step, double... values) {
        steps.add(step);
        int i = 0;
        for (List<Double> column : columns.values()) {
            column.add(values[i++]);
        }
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

    /** This history as a JSON object. */
    void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeArrayPropertyStart("remarks");
        remarks.forEach(json::writeString);
        json.writeEndArray();
        json.writeArrayPropertyStart("steps");
        steps.forEach(json::writeNumber);
        json.writeEndArray();
        json.writeObjectPropertyStart("series");
        columns.forEach((name, values) -> {
            json.writeArrayPropertyStart(name);
            values.forEach(json::writeNumber);
            json.writeEndArray();
        });
        json.writeEndObject();
        json.writeEndObject();
    }

    /** Reads what {@link #write} wrote, from the object's start on. */
    static History read(JsonParser json) {
        History history = new History();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "remarks" -> readArray(json, () -> history.remarks.add(json.getString()));
                case "steps" -> readArray(json, () -> history.steps.add(json.getLongValue()));
                default -> {
                    for (String series = json.nextName(); series != null; series = json.nextName()) {
                        json.nextToken();
                        List<Double> column = new ArrayList<>();
                        readArray(json, () -> column.add(readDouble(json)));
                        history.columns.put(series, column);
                    }
                }
            }
        }
        return history;
    }

    private static void readArray(JsonParser json, Runnable element) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            element.run();
        }
    }

    /** JSON has no NaN and no infinities: they are strings. */
    static double readDouble(JsonParser json) {
        return json.currentToken() == JsonToken.VALUE_STRING
                ? Double.parseDouble(json.getString())
                : json.getDoubleValue();
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

    /** All recorded values of a series, in the order of the steps. */
    public double[] values(String series) {
        return column(series).stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The recorded steps, as an x axis. */
    public double[] steps() {
        return steps.stream().mapToDouble(Long::doubleValue).toArray();
    }

    /** The last recorded value of a series. */
    public double last(String series) {
        List<Double> column = column(series);
        if (column.isEmpty()) {
            throw new IllegalStateException("nothing is recorded yet");
        }
        return column.get(column.size() - 1);
    }

    /** The mean of a series over its last so many recorded steps. */
    public double lastMean(String series, int count) {
        double[] values = values(series);
        if (count < 1 || values.length == 0) {
            throw new IllegalArgumentException("the mean over the last " + count + " of " + values.length + " steps");
        }
        return Arrays.stream(values, Math.max(0, values.length - count), values.length)
                .average()
                .orElseThrow();
    }

    /** One row a recorded step. */
    public Table table() {
        Table table = Table.create(
                "history",
                LongColumn.create(
                        "step", steps.stream().mapToLong(Long::longValue).toArray()));
        columns.keySet().forEach(name -> table.addColumns(Doubles.column(name, values(name))));
        return table;
    }

    /** One row an epoch: the mean of each series over the epoch's steps. */
    public Table epochs() {
        int epochs = (int) ((steps.size() + stepsPerEpoch - 1) / stepsPerEpoch);
        Table table = Table.create(
                "epochs",
                LongColumn.create("epoch", LongStream.rangeClosed(1, epochs).toArray()));
        columns.forEach((name, values) -> {
            DoubleColumn means = Doubles.column(name);
            for (int epoch = 0; epoch < epochs; epoch++) {
                int from = (int) (epoch * stepsPerEpoch);
                int to = (int) Math.min(values.size(), from + stepsPerEpoch);
                means.append(values.subList(from, to).stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(Double.NaN));
            }
            table.addColumns(means);
        });
        return table;
    }

    /** The curves of these series, or of all, against the step. */
    public Plot plot(String... series) {
        List<String> names = series.length == 0 ? List.copyOf(columns.keySet()) : List.of(series);
        Plot plot =
                Figures.curves(String.join(", ", names), "step", names.size() == 1 ? names.get(0) : "value", steps());
        names.forEach(name -> plot.line(name, values(name)));
        return plot;
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
