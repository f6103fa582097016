package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.List;

/**
 * Shows a discriminator whether the items of a batch are alike (Salimans et al. 2016, section 3.2). It appends one
 * feature per kernel to the features x of (batch, in): o[n,k] = Σ over m ≠ n of exp(−‖M[n,k] − M[m,k]‖₁), with M = x·T
 * of (batch, kernels, width). The output is (batch, in + kernels).
 *
 * <p>Gradients, with dy = (dx₀, do) and dM the gradient that do gives for M: dT = xᵀ·dM and dx = dx₀ + dM·Tᵀ.
 */
public final class MinibatchDiscrimination implements Layer {
    private record Memory(Tensor x, Tensor projected) {}

    private final int in;
    private final int kernels;
    private final int width;
    private final Parameter weight;

    public MinibatchDiscrimination(int in, int kernels, int width, Initializer initializer) {
        Checks.positive("MinibatchDiscrimination", "in", in);
        Checks.positive("MinibatchDiscrimination", "kernels", kernels);
        Checks.positive("MinibatchDiscrimination", "width", width);
        this.in = in;
        this.kernels = kernels;
        this.width = width;
        int out = kernels * width;
        weight = new Parameter("weight", Parameter.Role.WEIGHT, Shape.of(in, out), in, out, initializer);
    }

    @Override
    public String name() {
        return "MinibatchDiscrimination(" + in + " → " + in + " + " + kernels + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != 2 || input.axis(1) != in) {
            throw new ShapeMismatchException(name(), input, "batch×" + in);
        }
        return Shape.of(input.axis(0), in + kernels);
    }

    @Override
    public PartialShape takes() {
        return PartialShape.vectors(in);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return PartialShape.vectors(in + kernels);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Backend backend = x.backend();
        Tensor y = pass.empty(outputShape(x.shape()));
        Tensor projected = pass.scratch(Shape.of(x.axis(0), kernels, width));
        Tensor closeness = pass.scratch(Shape.of(x.axis(0), kernels));
        backend.matmul(Factor.of(x), Factor.of(weight.value()), flat(projected));
        backend.closeness(projected, closeness);
        backend.copyColumns(x, 0, y, 0, in);
        backend.copyColumns(closeness, 0, y, in, kernels);
        pass.keep(this, new Memory(x, projected));
        return y;
    }

    private Tensor flat(Tensor projected) {
        return projected.reshape(projected.axis(0), kernels * width);
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = dy.backend();
        Memory m = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, outputShape(m.x.shape()));
        Tensor dCloseness = pass.scratch(Shape.of(dy.axis(0), kernels));
        Tensor dProjected = pass.scratch(m.projected.shape());
        backend.copyColumns(dy, in, dCloseness, 0, kernels);
        backend.closenessGradient(m.projected, dCloseness, dProjected);
        if (wanted.parameters()) {
            weight.accumulate((write, dWeight) ->
                    backend.matmul(Factor.transposed(m.x), Factor.of(flat(dProjected)), Epilogue.NONE, write, dWeight));
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(m.x.shape());
        backend.copyColumns(dy, 0, dx, 0, in);
        backend.matmul(Factor.of(flat(dProjected)), Factor.transposed(weight.value()), Epilogue.NONE, Write.ADD, dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        throw Checks.mixesItems(this);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(weight);
    }
}
