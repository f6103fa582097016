package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/**
 * Layer normalisation (Ba et al. 2016): each item of the batch is brought to mean 0 and variance 1 over all its values,
 * then scaled and moved value by value. The same when training and evaluating, and no item sees another.
 *
 * <p>Gradients, with g = gain ⊙ dy: dShift = Σ dy and dGain = Σ dy ⊙ x̂ over the batch, dx = (g − mean(g) − x̂ ⊙ mean(g
 * ⊙ x̂)) / √(variance + ε).
 */
public final class LayerNorm implements Layer {
    private record Memory(Tensor x, Tensor mean, Tensor variance) {}

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
    public Tensor forward(Tensor x, Pass pass) {
        Tensor y = pass.empty(outputShape(x.shape()));
        Shape items = Shape.of(x.axis(0));
        Tensor mean = pass.scratch(items);
        Tensor variance = pass.scratch(items);
        x.backend().itemMoments(x, mean, variance);
        x.backend().normalizeItems(x, mean, variance, epsilon, gain.value(), shift.value(), y);
        pass.keep(this, new Memory(x, mean, variance));
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = dy.backend();
        Memory m = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, m.x.shape());
        if (wanted.parameters()) {
            gain.accumulate((addGain, dGain) -> shift.accumulate((addShift, dShift) -> {
                backend.normalizeItemsParameterGradients(m.x, dy, m.mean, m.variance, epsilon, addGain, dGain, dShift);
            }));
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(dy.shape());
        backend.normalizeItemsInputGradient(m.x, dy, m.mean, m.variance, epsilon, gain.value(), dx);
        return dx;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(gain, shift);
    }
}
