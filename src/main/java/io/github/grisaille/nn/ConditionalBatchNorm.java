package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/**
 * Class-conditional batch normalisation (de Vries et al. 2017; Miyato and Koyama 2018). It brings each channel to mean 0
 * and variance 1, as {@link BatchNorm} does. Then it multiplies by a gain and adds a shift that belong to the item's
 * label: y = gain ⊙ x̂ + shift, with the rows gain = labels · (table of gains) and shift = labels · (table of shifts). The
 * tables have the shape (classes, channels), and start with gains of 1 and shifts of 0. The labels are {@linkplain
 * Pass#labels(Tensor) in the pass}.
 *
 * <p>Gradients, with sums over the pixels of each item: for the table of shifts labelsᵀ · Σ dy, for the table of gains
 * labelsᵀ · Σ dy ⊙ x̂, and for x̂ it is gain ⊙ dy, which goes on through the normalisation. No gradient flows to labels.
 *
 * <p>In files, the tables are {@code gain} and {@code shift}, and the running statistics have PyTorch's names {@code
 * running_mean} and {@code running_var}.
 */
public final class ConditionalBatchNorm implements Layer {
    /** The normalised input, and the gain of each item. */
    private record Memory(Tensor normal, Tensor gains, Tensor labels) {}

    private final int channels;
    private final int classes;
    private final BatchNorm normalization;
    private final Parameter gain;
    private final Parameter shift;

    /**
     * @param channels the number of channels of an image, or of features of a vector
     * @param classes the number of columns of a label
     * @param momentum the share of the running statistics that each batch replaces, from 0 to 1; PyTorch's 0.1
     */
    public ConditionalBatchNorm(int channels, int classes, float epsilon, float momentum, Initializer initializer) {
        Checks.positive("ConditionalBatchNorm", "channels", channels);
        Checks.positive("ConditionalBatchNorm", "classes", classes);
        this.channels = channels;
        this.classes = classes;
        normalization = new BatchNorm(channels, epsilon, momentum, Initializers.he()).withoutAffine();
        Shape tables = Shape.of(classes, channels);
        gain = new Parameter("gain", Parameter.Role.GAIN, tables, 1, 1, initializer);
        shift = new Parameter("shift", Parameter.Role.SHIFT, tables, 1, 1, initializer);
    }

    @Override
    public String name() {
        return "ConditionalBatchNorm(" + channels + ", " + classes + " classes)";
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public Shape outputShape(Shape input) {
        boolean fits = (input.rank() == 2 || input.rank() == 4) && input.axis(-1) == channels;
        if (!fits) {
            throw new ShapeMismatchException(name(), input, "batch×" + channels + " or batch×height×width×" + channels);
        }
        return input;
    }

    @Override
    public PartialShape takes() {
        return PartialShape.lastAxis(channels);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return input;
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return OutputRange.any(this);
    }

    @Override
    public void checkTrainingInput(Shape input) {
        if (outputShape(input).rows() < 2) {
            throw new ShapeMismatchException(
                    name(), input, "at least 2 values per channel when training (the variance of 1 value is 0)");
        }
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Backend backend = x.backend();
        Tensor y = pass.empty(outputShape(x.shape()));
        Tensor labels = Checks.labels(this, x, pass);
        if (pass.training()) {
            checkTrainingInput(x.shape());
        }
        Tensor normal = normalization.forward(x, pass.scope(this, 0));
        pass.recycle(normal);
        Tensor gains = chosen(gain, labels, x.shape(), pass);
        backend.multiplyBroadcast(normal, gains, y);
        backend.addBroadcast(y, chosen(shift, labels, x.shape(), pass), y);
        pass.keep(this, new Memory(normal, gains, labels));
        return y;
    }

    /** The rows of a table that belong to the labels, in a shape that is repeated for all pixels. */
    private Tensor chosen(Parameter table, Tensor labels, Shape items, Pass pass) {
        Tensor rows = pass.scratch(Shape.of(labels.axis(0), channels));
        labels.backend().matmul(Factor.of(labels), Factor.of(table.value()), rows);
        return Pixels.repeatable(rows, items);
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Memory m = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, m.normal.shape());
        if (wanted.parameters()) {
            tableGradient(shift, dy, m.labels, pass);
            gainGradient(dy, m.normal, m.labels, pass);
        }
        return wanted.input() ? throughNormalization(dy, m.gains, pass) : null;
    }

    private Tensor throughNormalization(Tensor dy, Tensor gains, Pass pass) {
        Tensor dNormal = pass.scratch(dy.shape());
        dy.backend().multiplyBroadcast(dy, gains, dNormal);
        return normalization.backward(dNormal, pass.scope(this, 0), Wanted.INPUT);
    }

    private void gainGradient(Tensor dy, Tensor factor, Tensor labels, Pass pass) {
        Tensor product = pass.scratch(dy.shape());
        dy.backend().multiply(dy, factor, product);
        tableGradient(gain, product, labels, pass);
    }

    private static void tableGradient(Parameter table, Tensor dy, Tensor labels, Pass pass) {
        Tensor dRows = Pixels.sums(dy, pass);
        table.accumulate((write, dTable) ->
                dy.backend().matmul(Factor.transposed(labels), Factor.of(dRows), Epilogue.NONE, write, dTable));
    }

    /** In evaluation mode only, as for {@link BatchNorm}: there the layer is linear. */
    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Tensor tangent = normalization.tangent(direction, pass.scope(this, 0));
        tangent.backend().multiplyBroadcast(tangent, pass.kept(this, Memory.class).gains, tangent);
        return tangent;
    }

    /** In evaluation mode: as in backward, with the normalised direction in place of x̂. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        if (wanted.parameters()) {
            Memory m = pass.kept(this, Memory.class);
            Tensor normal = normalization.tangent(direction, pass.scope(this, 0));
            gainGradient(dy, normal, m.labels, pass);
            pass.recycle(normal);
        }
        return null;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(gain, shift);
    }

    @Override
    public List<Buffer> buffers() {
        return normalization.buffers();
    }
}
