package io.github.grisaille.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A history as the JSON object that checkpoints hold: remarks, steps, and one array of values for each series. */
final class HistoryJson {
    private static final String REMARKS = "remarks";
    private static final String STEPS = "steps";
    private static final String SERIES = "series";

    private HistoryJson() {}

    static void write(History history, JsonGenerator json) {
        json.writeStartObject();
        json.writeArrayPropertyStart(REMARKS);
        history.remarks().forEach(json::writeString);
        json.writeEndArray();
        json.writeArrayPropertyStart(STEPS);
        for (double step : history.steps()) {
            json.writeNumber((long) step);
        }
        json.writeEndArray();
        json.writeObjectPropertyStart(SERIES);
        for (String name : history.series()) {
            json.writeArrayPropertyStart(name);
            for (double value : history.values(name)) {
                json.writeNumber(value);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** Reads what {@link #write} wrote, from the object's start on. */
    static History read(JsonParser json) {
        List<String> remarks = new ArrayList<>();
        List<Long> steps = new ArrayList<>();
        Map<String, List<Double>> columns = new LinkedHashMap<>();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case REMARKS -> readArray(json, () -> remarks.add(json.getString()));
                case STEPS -> readArray(json, () -> steps.add(json.getLongValue()));
                default -> {
                    for (String series = json.nextName(); series != null; series = json.nextName()) {
                        json.nextToken();
                        List<Double> column = new ArrayList<>();
                        readArray(json, () -> column.add(readDouble(json)));
                        columns.put(series, column);
                    }
                }
            }
        }
        return new History(steps, columns, remarks);
    }

    private static void readArray(JsonParser json, Runnable element) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            element.run();
        }
    }

    /** JSON has no NaN and no infinities, so they are written as strings. */
    static double readDouble(JsonParser json) {
        return json.currentToken() == JsonToken.VALUE_STRING
                ? Double.parseDouble(json.getString())
                : json.getDoubleValue();
    }
}
