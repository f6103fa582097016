package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.Arrays;
import java.util.List;

/**
 * Layer normalisation (Ba et al. 2016) over the last axes of its input. It brings the values of these axes to mean 0
 * and variance 1. Then it multiplies each value by its own gain and adds its own shift. It does the same when training
 * and when evaluating, and no item influences another.
 *
 * <p>The axes may be all axes of an item, such as (height, width, channels), or fewer. For example, {@code
 * layerNorm(64)} normalises each pixel of images with 64 channels over its channels.
 *
 * <p>In what follows, a row is one run over these axes. Gradients, with g = gain ⊙ dy: dShift = Σ dy and dGain = Σ dy ⊙
 * x̂ over the rows, and dx = (g − mean(g) − x̂ ⊙ mean(g ⊙ x̂)) / √(variance + ε).
 *
 * <p>Let J·v = (v − mean(v) − x̂ ⊙ mean(v ⊙ x̂)) / √(variance + ε), a symmetric map. The tangent along a direction u is
 * gain ⊙ J·u. The derivative of x̂ along v is J·v, and that of √(variance + ε) is mean(v ⊙ x̂). So the gradient of Σ dy
 * ⊙ tangent(u) for the gain is dy ⊙ J·u. Its gradient for x is −(x̂ ⊙ mean(g ⊙ J·u) + J·u ⊙ mean(g ⊙ x̂) + J·g ⊙ mean(u
 * ⊙ x̂)) / √(variance + ε).
 */
public final class LayerNorm implements Layer {
    /** The input as rows, its shape before that, and the moments of the rows. */
    private record Memory(Tensor x, Shape shape, Moments moments) {}

    private final Shape item;
    private final float epsilon;
    private final GainAndShift affine;
    /** The map x̂ ↦ x̂. */
    private final GainAndShift identity;

    /**
     * @param item the extents of the axes that are normalised, such as (features), (height, width, channels) or (channels)
     */
    public LayerNorm(Shape item, float epsilon, Initializer initializer) {
        this(item, epsilon, GainAndShift.trained(item, initializer));
    }

    private LayerNorm(Shape item, float epsilon, GainAndShift affine) {
        Checks.epsilon("LayerNorm", epsilon);
        if (item.rank() == 0) {
            throw new IllegalArgumentException(
                    "LayerNorm needs at least one axis to normalise; got none: write layerNorm(features)");
        }
        this.item = item;
        this.epsilon = epsilon;
        this.affine = affine;
        identity = affine.trained() ? GainAndShift.constant(item) : affine;
    }

    /** A layer like this one without gain and shift, as PyTorch's with {@code elementwise_affine=False}. */
    public LayerNorm withoutAffine() {
        return new LayerNorm(item, epsilon, GainAndShift.constant(item));
    }

    @Override
    public String name() {
        return "LayerNorm(" + item + affine.note() + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        int[] extents = input.toArray();
        int from = extents.length - item.rank();
        if (from < 1 || !Arrays.equals(Arrays.copyOfRange(extents, from, extents.length), item.toArray())) {
            throw new ShapeMismatchException(name(), input, "batch×" + item + " or batch×…×" + item);
        }
        return input;
    }

    @Override
    public PartialShape takes() {
        return PartialShape.lastAxes(item);
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
    public Tensor forward(Tensor x, Pass pass) {
        Backend backend = x.backend();
        Tensor y = pass.empty(outputShape(x.shape()));
        Tensor rows = rows(x);
        Tensor mean = pass.scratch(Shape.of(rows.axis(0)));
        Tensor variance = pass.scratch(mean.shape());
        backend.itemMoments(rows, mean, variance);
        Moments moments = new Moments(mean, variance, epsilon);
        backend.normalizeItems(rows, moments, affine.on(backend), y);
        pass.keep(this, new Memory(rows, x.shape(), moments));
        return y;
    }

    /** A view of a tensor whose first axis holds the rows. */
    private Tensor rows(Tensor x) {
        return x.reshape(item.batchOf(x.size() / item.size()));
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = dy.backend();
        Memory m = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, m.shape);
        if (wanted.parameters()) {
            affine.accumulate((write, gradients) ->
                    backend.normalizeItemsParameterGradients(m.x, dy, m.moments, write, gradients));
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(dy.shape());
        backend.normalizeItemsInputGradient(
                m.x, dy, m.moments, affine.on(backend).gain(), dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Memory m = pass.kept(this, Memory.class);
        Tensor tangent = pass.empty(direction.shape());
        timesGain(project(rows(direction), m, pass), rows(tangent));
        return tangent;
    }

    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = direction.backend();
        Memory m = pass.kept(this, Memory.class);
        Tensor u = rows(direction);
        Tensor projected = project(u, m, pass);
        if (wanted.parameters()) {
            affine.accumulateGain((write, dGain) -> addGainGradient(rows(dy), projected, write, dGain, pass));
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor normal = pass.scratch(u.shape());
        backend.normalizeItems(m.x, m.moments, identity.on(backend), normal);
        Tensor g = pass.scratch(u.shape());
        timesGain(rows(dy), g);
        Tensor total = pass.scratch(u.shape());
        Tensor term = pass.scratch(u.shape());
        scaleByMeanProduct(normal, g, projected, total, pass);
        scaleByMeanProduct(projected, g, normal, term, pass);
        backend.add(total, term, total);
        scaleByMeanProduct(project(g, m, pass), u, normal, term, pass);
        backend.add(total, term, total);
        Tensor factors = pass.scratch(m.moments.variance().shape());
        backend.inverseRoot(m.moments.variance(), epsilon, factors);
        backend.scale(factors, -1, factors);
        Tensor gradient = pass.empty(direction.shape());
        backend.scaleItems(total, factors, rows(gradient));
        return gradient;
    }

    /** J·v. */
    private Tensor project(Tensor v, Memory m, Pass pass) {
        Backend backend = v.backend();
        Tensor y = pass.scratch(v.shape());
        backend.normalizeItemsInputGradient(
                m.x, v, m.moments, identity.on(backend).gain(), y);
        return y;
    }

    /** y = gain ⊙ x, with the same gain for every row. */
    private void timesGain(Tensor x, Tensor y) {
        Backend backend = x.backend();
        backend.multiplyBroadcast(x, affine.on(backend).gain(), y);
    }

    /** dGain (+)= Σ dy ⊙ J·u over the rows. */
    private void addGainGradient(Tensor dy, Tensor projected, Write write, Tensor dGain, Pass pass) {
        Tensor product = pass.scratch(dy.shape());
        dy.backend().multiply(dy, projected, product);
        dy.backend().sumOver(product, write, dGain);
    }

    /** y = x ⊙ mean(a ⊙ b), row by row. */
    private void scaleByMeanProduct(Tensor x, Tensor a, Tensor b, Tensor y, Pass pass) {
        Backend backend = x.backend();
        Tensor means = pass.scratch(Shape.of(x.axis(0)));
        backend.itemDots(a, b, means);
        backend.scale(means, 1f / item.size(), means);
        backend.scaleItems(x, means, y);
    }

    @Override
    public List<Parameter> parameters() {
        return affine.parameters();
    }
}
