package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Replaces whole numbers by rows of a table: y[i] = table[x[i]]. An input of any shape (…) gives (…, width). The whole
 * numbers stand for labels, and row k is what the network learns about label k.
 *
 * <p>Gradients: dTable[k] is the sum of dy[i] over all i with x[i] = k. The layer is constant between whole numbers, so
 * the input's gradient and the tangent are 0.
 */
public final class Embedding implements Layer {
    private final int classes;
    private final int width;
    private final Parameter table;

    /**
     * @param classes the number of rows; inputs are whole numbers from 0 to classes − 1
     * @param width the number of values that stand for a label
     */
    public Embedding(int classes, int width, Initializer initializer) {
        Checks.positive("Embedding", "classes", classes);
        Checks.positive("Embedding", "width", width);
        this.classes = classes;
        this.width = width;
        table = new Parameter("table", Parameter.Role.WEIGHT, Shape.of(classes, width), classes, width, initializer);
    }

    @Override
    public String name() {
        return "Embedding(" + classes + " → " + width + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        int[] extents = Arrays.copyOf(input.toArray(), input.rank() + 1);
        extents[input.rank()] = width;
        return Shape.of(extents);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return input.followedBy(width);
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return OutputRange.any(this);
    }

    /**
     * @param x whole numbers from 0 to classes − 1
     */
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor y = pass.empty(outputShape(x.shape()));
        x.backend().lookUp(table.value(), x, y);
        pass.keep(this, x);
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Tensor x = pass.kept(this, Tensor.class);
        Checks.gradient(this, dy, outputShape(x.shape()));
        if (wanted.parameters()) {
            table.accumulate((write, dTable) -> dy.backend().lookUpGradient(dy, x, write, dTable));
        }
        return wanted.input() ? zeros(x.shape(), pass) : null;
    }

    private static Tensor zeros(Shape shape, Pass pass) {
        Tensor zeros = pass.empty(shape);
        zeros.backend().fill(0, zeros);
        return zeros;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return zeros(outputShape(direction.shape()), pass);
    }

    /** The tangent is 0 for every x and every table. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(table);
    }
}
