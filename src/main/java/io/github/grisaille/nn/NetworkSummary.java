package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers of a network, with their output shapes and their numbers of parameters. A notebook shows it as a table, and
 * {@link #toString} as lines of text.
 *
 * @param rows one for each layer, in order
 * @param parameters the number of values that all parameters of the network hold; a parameter that two layers share
 *     counts once
 */
public record NetworkSummary(List<Row> rows, long parameters) {
    /**
     * One layer.
     *
     * @param layer its name
     * @param output the shape of one item of its output
     * @param parameters the number of values that its parameters hold
     */
    public record Row(String layer, Shape output, long parameters) {}

    /** The summary for items of this shape. */
    static NetworkSummary of(Sequential network, Shape item) {
        Shape shape = item.batchOf(1);
        // a mismatch is reported with the layer's place
        network.outputShape(shape);
        List<Row> rows = new ArrayList<>();
        for (Layer layer : network.layers()) {
            shape = layer.outputShape(shape);
            rows.add(new Row(layer.name(), shape.item(), layer.parameterCount()));
        }
        return new NetworkSummary(List.copyOf(rows), network.parameterCount());
    }

    /** Lines such as {@code Dense(100 → 128): 128, 12928 parameters}, with the total in the last line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        rows.forEach(row -> text.append(row.layer)
                .append(": ")
                .append(row.output)
                .append(", ")
                .append(row.parameters)
                .append(" parameters\n"));
        return text.append("total: ").append(parameters).append(" parameters").toString();
    }
}
