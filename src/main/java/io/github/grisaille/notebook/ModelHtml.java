package io.github.grisaille.notebook;

import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Tensor;

/** How models and tensors are shown. */
final class ModelHtml {
    private ModelHtml() {}

    static String of(Tensor tensor) {
        return "<code>" + TableHtml.escape(tensor.toString()) + "</code>";
    }

    /** The summary, or one line a layer where the shapes depend on an input that is not known. */
    static String of(Sequential model) {
        try {
            return TableHtml.of(model.summary());
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
