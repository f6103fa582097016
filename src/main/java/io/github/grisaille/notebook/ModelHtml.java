package io.github.grisaille.notebook;

import io.github.grisaille.nn.NetworkSummary;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.plot.Rows;
import io.github.grisaille.tensor.Tensor;

/** HTML for models and tensors. */
final class ModelHtml {
    private ModelHtml() {}

    static String of(Tensor tensor) {
        return "<pre>" + TableHtml.escape(tensor.toString()) + "</pre>";
    }

    /** A row for each layer, and the total. */
    static String of(NetworkSummary summary) {
        Rows rows = Rows.titled("", "layer", "output", "parameters");
        summary.rows().forEach(row -> rows.add(row.layer(), row.output().toString(), row.parameters()));
        return TableHtml.of(rows.add("total", "", summary.parameters()).table());
    }

    /** The summary. Where the shapes depend on an input that is not known, one line for each layer. */
    static String of(Sequential model) {
        try {
            return of(model.summary());
        } catch (IllegalStateException needsShape) {
            StringBuilder html = new StringBuilder("<pre>");
            model.layers()
                    .forEach(
                            layer -> html.append(TableHtml.escape(layer.name())).append('\n'));
            return html.append(model.parameterCount())
                    .append(" parameters</pre>")
                    .toString();
        }
    }
}
