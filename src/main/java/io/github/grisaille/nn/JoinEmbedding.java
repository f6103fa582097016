package io.github.grisaille.nn;

import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/**
 * Appends to its input a learned row of values for each label of the pass. It is {@link JoinLabels} with an embedding in
 * place of the label itself. Vectors of (batch, features) become (batch, features + width), and images of (batch, height,
 * width, channels) get so many constant maps.
 *
 * <p>The rows are labels · table, with labels of (batch, classes) and the table of (classes, width). A one-hot label takes
 * one row of the table. A label of probabilities takes a mean of rows.
 *
 * <p>Gradients: dx is the first columns of dy. With r the last columns of dy, summed over the pixels of an image, dTable =
 * labelsᵀ · r. No gradient flows to labels.
 */
public final class JoinEmbedding extends JoinsRows {
    private record Memory(Shape input, Tensor labels) {}

    private final Parameter table;

    /**
     * @param classes the number of columns of a label
     * @param width the number of values that stand for a label
     */
    public JoinEmbedding(int classes, int width, Initializer initializer) {
        super(classes, width);
        Checks.positive("JoinEmbedding", "classes", classes);
        Checks.positive("JoinEmbedding", "width", width);
        table = new Parameter("table", Parameter.Role.WEIGHT, Shape.of(classes, width), classes, width, initializer);
    }

    @Override
    public String name() {
        return "JoinEmbedding(" + classes() + " → " + table.shape().axis(1) + ")";
    }

    @Override
    Tensor rows(Tensor labels, Pass pass) {
        Tensor rows = pass.scratch(Shape.of(labels.axis(0), table.shape().axis(1)));
        labels.backend().matmul(Factor.of(labels), Factor.of(table.value()), rows);
        return rows;
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return OutputRange.any(this);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor y = joined(x, pass);
        pass.keep(this, new Memory(x.shape(), pass.labels()));
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Memory m = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, outputShape(m.input));
        if (wanted.parameters()) {
            Tensor dRows = rowsGradient(dy, pass);
            table.accumulate((write, dTable) ->
                    dy.backend().matmul(Factor.transposed(m.labels), Factor.of(dRows), Epilogue.NONE, write, dTable));
        }
        return wanted.input() ? ownColumns(dy, m.input, pass) : null;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(table);
    }
}
