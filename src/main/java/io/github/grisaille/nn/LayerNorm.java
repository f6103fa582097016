package io.github.grisaille.nn;

import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/**
 * Layer normalisation (Ba et al. 2016). It brings each item of the batch to mean 0 and variance 1 over all values of
 * the item. Then it multiplies each value by its own gain and adds its own shift. It does the same when training and
 * when evaluating, and no item influences another.
 *
 * <p>Gradients, with g = gain ⊙ dy: dShift = Σ dy and dGain = Σ dy ⊙ x̂ over the batch, and dx = (g − mean(g) − x̂ ⊙
 * mean(g ⊙ x̂)) / √(variance + ε).
 *
 * <p>Let J·v = (v − mean(v) − x̂ ⊙ mean(v ⊙ x̂)) / √(variance + ε), a symmetric map. The tangent along a direction u is
 * gain ⊙ J·u. The derivative of x̂ along v is J·v, and that of √(variance + ε) is mean(v ⊙ x̂). So the gradient of Σ dy
 * ⊙ tangent(u) for the gain is dy ⊙ J·u. Its gradient for x is −(x̂ ⊙ mean(g ⊙ J·u) + J·u ⊙ mean(g ⊙ x̂) + J·g ⊙ mean(u
 * ⊙ x̂)) / √(variance + ε).
 */
public final class LayerNorm implements Layer {
    private record Memory(Tensor x, Moments moments) {}

    private final Shape item;
    private final float epsilon;
    private final Parameter gain;
    private final Parameter shift;

    /**
     * @param item the shape of one item, such as (features) or (height, width, channels)
     */
    public LayerNorm(Shape item, float epsilon, Initializer initializer) {
        Checks.epsilon("LayerNorm", epsilon);
        this.item = item;
        this.epsilon = epsilon;
        gain = new Parameter("gain", Parameter.Role.GAIN, item, 1, 1, initializer);
        shift = new Parameter("shift", Parameter.Role.SHIFT, item, 1, 1, initializer);
    }

    @Override
    public String name() {
        return "LayerNorm(" + item + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != item.rank() + 1 || !input.item().equals(item)) {
            throw new ShapeMismatchException(name(), input, "batch×" + item);
        }
        return input;
    }

    @Override
    public PartialShape takes() {
        return PartialShape.items(item);
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
        Tensor y = pass.empty(outputShape(x.shape()));
        Shape items = Shape.of(x.axis(0));
        Tensor mean = pass.scratch(items);
        Tensor variance = pass.scratch(items);
        x.backend().itemMoments(x, mean, variance);
        Moments moments = new Moments(mean, variance, epsilon);
        x.backend().normalizeItems(x, moments, new Affine(gain.value(), shift.value()), y);
        pass.keep(this, new Memory(x, moments));
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = dy.backend();
        Memory m = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, m.x.shape());
        if (wanted.parameters()) {
            gain.accumulate((write, dGain) -> shift.accumulate((same, dShift) -> {
                backend.normalizeItemsParameterGradients(m.x, dy, m.moments, write, new Affine(dGain, dShift));
            }));
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(dy.shape());
        backend.normalizeItemsInputGradient(m.x, dy, m.moments, gain.value(), dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Memory m = pass.kept(this, Memory.class);
        Tensor tangent = pass.empty(direction.shape());
        scaleColumns(project(direction, m, pass), gain.value(), tangent, pass);
        return tangent;
    }

    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = direction.backend();
        Memory m = pass.kept(this, Memory.class);
        Tensor projected = project(direction, m, pass);
        if (wanted.parameters()) {
            Tensor product = pass.scratch(dy.shape());
            backend.multiply(dy, projected, product);
            gain.accumulate((write, dGain) -> backend.columnSums(flat(product), write, dGain));
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor normal = pass.scratch(direction.shape());
        Tensor ones = constant(item, 1, pass);
        Tensor zeros = constant(item, 0, pass);
        backend.normalizeItems(m.x, m.moments, new Affine(ones, zeros), normal);
        Tensor g = pass.scratch(dy.shape());
        scaleColumns(dy, gain.value(), g, pass);
        Tensor total = pass.scratch(direction.shape());
        Tensor term = pass.scratch(direction.shape());
        scaleByMeanProduct(normal, g, projected, total, pass);
        scaleByMeanProduct(projected, g, normal, term, pass);
        backend.add(total, term, total);
        scaleByMeanProduct(project(g, m, pass), direction, normal, term, pass);
        backend.add(total, term, total);
        Tensor gradient = pass.empty(direction.shape());
        Tensor noMeans = constant(m.moments.mean().shape(), 0, pass);
        backend.scale(ones, -1, ones);
        backend.normalizeItems(
                total, new Moments(noMeans, m.moments.variance(), epsilon), new Affine(ones, zeros), gradient);
        return gradient;
    }

    /** J·v. */
    private Tensor project(Tensor v, Memory m, Pass pass) {
        Tensor y = pass.scratch(v.shape());
        v.backend().normalizeItemsInputGradient(m.x, v, m.moments, constant(item, 1, pass), y);
        return y;
    }

    /** y = x ⊙ mean(a ⊙ b), item by item. */
    private void scaleByMeanProduct(Tensor x, Tensor a, Tensor b, Tensor y, Pass pass) {
        Backend backend = x.backend();
        Tensor means = pass.scratch(Shape.of(x.axis(0)));
        backend.itemDots(a, b, means);
        backend.scale(means, 1f / item.size(), means);
        backend.scaleItems(x, means, y);
    }

    /** y = factors ⊙ x, with the same factors for every item. */
    private void scaleColumns(Tensor x, Tensor factors, Tensor y, Pass pass) {
        Shape items = Shape.of(x.axis(0));
        x.backend()
                .normalizeItems(
                        x,
                        new Moments(constant(items, 0, pass), constant(items, 1, pass), 0),
                        new Affine(factors, constant(item, 0, pass)),
                        y);
    }

    private static Tensor constant(Shape shape, float value, Pass pass) {
        Tensor tensor = pass.scratch(shape);
        tensor.backend().fill(value, tensor);
        return tensor;
    }

    private static Tensor flat(Tensor x) {
        return x.reshape(x.axis(0), x.size() / x.axis(0));
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(gain, shift);
    }
}
