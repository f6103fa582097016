package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Appends the labels of the pass to its input (Mirza and Osindero 2014). Vectors of (batch, features) become (batch,
 * features + classes): a label is the last columns of its item. Images of (batch, height, width, channels) become
 * (batch, height, width, channels + classes): each class gets a map, a channel with the same value at all pixels.
 *
 * <p>As the first layer of both networks it makes a conditional GAN: {@code sequential(joinLabels(10), dense(100 + 10,
 * 128), …)}. The labels are {@linkplain Pass#labels(Tensor) in the pass}.
 *
 * <p>Gradient: the first columns of dy. No gradient flows to labels.
 */
public final class JoinLabels extends JoinsRows {
    /**
     * @param classes the number of columns of a label
     */
    public JoinLabels(int classes) {
        super(positive(classes), classes);
    }

    private static int positive(int classes) {
        Checks.positive("JoinLabels", "classes", classes);
        return classes;
    }

    @Override
    public String name() {
        return "JoinLabels(" + classes() + ")";
    }

    @Override
    Tensor rows(Tensor labels, Pass pass) {
        return labels;
    }

    /** A label is from 0 to 1. */
    @Override
    public OutputRange outputRange(OutputRange input) {
        return input.or(new OutputRange(0, 1, name()), this);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor y = joined(x, pass);
        pass.keep(this, x.shape());
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Shape input = pass.kept(this, Shape.class);
        Checks.gradient(this, dy, outputShape(input));
        return wanted.input() ? ownColumns(dy, input, pass) : null;
    }
}
