package io.github.grisaille.nn;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.List;

/**
 * A fully connected layer: y = x·W + b, with x of (batch, in), W of (in, out) and b of (out).
 *
 * <p>{@link #onLastAxis} makes a layer that takes x of any shape (…, in) and gives (…, out). Each row of the last axis is
 * mapped by itself. The gradients are the same, with the rows in place of the batch.
 *
 * <p>Gradients: dW = xᵀ·dy, db = the sum of dy over the batch, dx = dy·Wᵀ.
 */
public final class Dense extends FusesActivation {
    private final int in;
    private final int out;
    private final Parameter weight;
    private final Parameter bias;
    private final boolean anyRank;

    public Dense(int in, int out, boolean withBias, Initializer initializer) {
        Checks.positive("Dense", "in", in);
        Checks.positive("Dense", "out", out);
        this.in = in;
        this.out = out;
        weight = new Parameter("weight", Parameter.Role.WEIGHT, Shape.of(in, out), in, out, initializer);
        bias = withBias ? new Parameter("bias", Parameter.Role.BIAS, Shape.of(out), in, out, initializer) : null;
        anyRank = false;
    }

    private Dense(Dense other) {
        in = other.in;
        out = other.out;
        weight = other.weight;
        bias = other.bias;
        anyRank = true;
    }

    /**
     * This layer for inputs with any number of axes: (…, in) → (…, out), as PyTorch's Linear. For images it is a
     * convolution with a 1×1 kernel. It has the same parameters.
     *
     * <p>A Dense without this word takes vectors only. So a network that lacks its {@code flatten()} after a convolution is
     * refused, and does not silently map each pixel.
     */
    public Dense onLastAxis() {
        return new Dense(this);
    }

    /** The number of features that this layer takes. */
    public int in() {
        return in;
    }

    @Override
    public String name() {
        return "Dense(" + in + " → " + out + (bias == null ? ", no bias" : "")
                + (anyRank ? ", on the last axis)" : ")");
    }

    @Override
    public Shape outputShape(Shape input) {
        boolean fits = anyRank ? input.rank() > 0 : input.rank() == 2;
        if (!fits || input.axis(-1) != in) {
            throw new ShapeMismatchException(name(), input, anyRank ? "…×" + in : "batch×" + in);
        }
        return withLast(input, out);
    }

    private static Shape withLast(Shape shape, int extent) {
        int[] extents = shape.toArray();
        extents[extents.length - 1] = extent;
        return Shape.of(extents);
    }

    @Override
    public PartialShape takes() {
        return anyRank ? PartialShape.lastAxis(in) : PartialShape.vectors(in);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return anyRank ? input.with(-1, out) : PartialShape.vectors(out);
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return OutputRange.any(this);
    }

    @Override
    Tensor forward(Tensor x, Activation f, Pass pass) {
        Tensor y = pass.empty(outputShape(x.shape()));
        pass.keep(this, x);
        x.backend().matmul(Factor.of(x), Factor.of(weight.value()), epilogue(bias, f), Write.REPLACE, y);
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = dy.backend();
        Tensor x = pass.kept(this, Tensor.class);
        Checks.gradient(this, dy, outputShape(x.shape()));
        if (wanted.parameters()) {
            weight.accumulate((write, dWeight) ->
                    backend.matmul(Factor.transposed(x), Factor.of(dy), Epilogue.NONE, write, dWeight));
            if (bias != null) {
                bias.accumulate((write, dBias) -> backend.columnSums(dy, write, dBias));
            }
        }
        return wanted.input() ? timesTransposedWeight(dy, pass) : null;
    }

    private Tensor timesTransposedWeight(Tensor dy, Pass pass) {
        Tensor dx = pass.empty(withLast(dy.shape(), in));
        dy.backend().matmul(Factor.of(dy), Factor.transposed(weight.value()), dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Tensor tangent = pass.empty(outputShape(direction.shape()));
        direction.backend().matmul(Factor.of(direction), Factor.of(weight.value()), tangent);
        return tangent;
    }

    /**
     * The tangent is the layer without its bias. So dW is as in backward, with the direction in place of x. The result does
     * not depend on x.
     */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        if (wanted.parameters()) {
            weight.accumulate((write, dWeight) -> direction
                    .backend()
                    .matmul(Factor.transposed(direction), Factor.of(dy), Epilogue.NONE, write, dWeight));
        }
        return null;
    }

    @Override
    public List<Parameter> parameters() {
        return Checks.present(weight, bias);
    }
}
