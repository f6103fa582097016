package io.github.grisaille.oracle.pytorch;

import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.State;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Computes a layer on a sample, forward and backward, and compares with what PyTorch computed. */
final class LayerTrial {
    private record Bound(Parameter ours, Nd theirs) {}

    private final Sample sample;
    private final Layer layer;
    private final Axes axes;
    private final List<Bound> bound = new ArrayList<>();

    LayerTrial(Sample sample, Layer layer, Axes axes) {
        this.sample = sample;
        this.layer = layer;
        this.axes = axes;
    }

    /**
     * Gives a parameter or buffer the values of a sample.
     *
     * @param place its place in {@link Layer#state}
     * @param theirs the values, or null if the sample has none
     * @param toOurs makes our axes from PyTorch's
     */
    LayerTrial with(int place, Nd theirs, UnaryOperator<Nd> toOurs) {
        if (theirs == null) {
            return this;
        }
        State state = List.copyOf(layer.state().values()).get(place);
        Nd values = toOurs.apply(theirs);
        Backend.cpu().write(values.tensor().toArray(), state.value());
        if (state instanceof Parameter parameter && values.gradient() != null) {
            bound.add(new Bound(parameter, values));
        }
        return this;
    }

    LayerTrial with(int place, Nd theirs) {
        return with(place, theirs, values -> values);
    }

    void run() {
        run(true);
    }

    void run(boolean training) {
        run(sample.input(0), training);
    }

    /** Takes the input of the layer from another place than the first. */
    void run(Nd input) {
        run(input, true);
    }

    private void run(Nd theirs, boolean training) {
        Nd input = axes.toOurs(theirs);
        Tensor x = input.tensor();
        try (Pass pass = training ? Pass.training(Backend.cpu(), 1) : Pass.evaluating(Backend.cpu())) {
            Tensor y = layer.forward(x, pass);
            sample.compare("the result", Nd.of(y), axes.toOurs(sample.out()));
            if (sample.dy() != null) {
                Tensor dx = layer.backward(axes.toOurs(sample.dy()).tensor(), pass, Wanted.BOTH);
                if (theirs.gradient() != null) {
                    sample.compare("the input's gradient", Nd.of(dx), input.ofGradient());
                }
                for (Bound each : bound) {
                    sample.compare(
                            "the gradient of " + each.ours.name(),
                            Nd.of(each.ours.gradient()),
                            each.theirs.ofGradient());
                }
            }
        }
    }
}
