package io.github.grisaille.loss;

import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Workspace;

/**
 * A penalty on the norm of the discriminator's input gradient. It is added to D's loss and keeps D from becoming steep.
 * The norm is taken over the gradient of a whole item, not of a pixel.
 *
 * <p>The penalty's gradient is exact. For this, each layer of D needs a {@linkplain
 * io.github.grisaille.nn.Layer#tangentGradient gradient of its tangent}. Batch normalisation in training mode has none.
 */
public final class GradientPenalty {
    private enum Place {
        REAL,
        BETWEEN,
        AROUND
    }

    /**
     * The batches that D saw in a step.
     *
     * @param real the real items
     * @param realLogits D's output for the real items
     * @param onReal the pass of {@code realLogits}, which is still open
     * @param fake the same number of fakes
     * @param onFake the pass in which D judged the fakes; it has their labels, if there are labels
     */
    public record Shown(Tensor real, Tensor realLogits, Pass onReal, Tensor fake, Pass onFake) {}

    private final Place place;
    private final float target;
    private final float weight;
    private final float deviation;
    private final int interval;

    private GradientPenalty(Place place, float target, float weight, float deviation, int interval) {
        this.place = place;
        this.target = target;
        this.weight = positive("a penalty's weight", weight);
        this.deviation = deviation;
        this.interval = interval;
    }

    /** R1: ½γ · E‖∇D(x)‖² on real items (Mescheder et al. 2018, equation 9). */
    public static GradientPenalty r1(float gamma) {
        return new GradientPenalty(Place.REAL, 0, gamma / 2, 0, 1);
    }

    /**
     * WGAN-GP: λ · E(‖∇D(x̂)‖ − 1)² at random points x̂ between a real item and a fake (Gulrajani et al. 2017, equation
     * 3, where λ is 10).
     */
    public static GradientPenalty wganGp(float lambda) {
        return new GradientPenalty(Place.BETWEEN, 1, lambda, 0, 1);
    }

    /**
     * DRAGAN: λ · E(‖∇D(x + δ)‖ − 1)² at real items x with noise δ from N(0, deviation²) (Kodali et al. 2017, section
     * 2.3).
     */
    public static GradientPenalty dragan(float lambda, float deviation) {
        return new GradientPenalty(Place.AROUND, 1, lambda, positive("the noise's deviation", deviation), 1);
    }

    /**
     * Lazy regularisation (Karras et al. 2020, section 3.1): the penalty is computed only in one of every {@code steps}
     * steps of D, beginning with the first. Its gradient is then multiplied by {@code steps}.
     */
    public GradientPenalty every(int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("a penalty's interval must be at least 1 step; got " + steps);
        }
        return new GradientPenalty(place, target, weight, deviation, steps);
    }

    /** Whether this step of D computes the penalty; the first step is 1. */
    public boolean due(long discriminatorStep) {
        return (discriminatorStep - 1) % interval == 0;
    }

    /**
     * Adds the penalty's gradient to the gradients of the discriminator's parameters.
     *
     * @param workspace memory for the penalty's own pass
     * @param random draws the points and D's dropout masks there
     * @return the penalty (one value), without the factor of lazy regularisation
     */
    public Tensor add(Sequential discriminator, Shown shown, Workspace workspace, RandomStream random) {
        if (place == Place.REAL) {
            return add(discriminator, shown.realLogits, shown.onReal);
        }
        try (Pass pass = Pass.training(workspace, random)) {
            Tensor points = place == Place.BETWEEN ? between(shown, pass) : around(shown, pass);
            return add(discriminator, discriminator.forward(points, pass), pass);
        }
    }

    private Tensor add(Sequential discriminator, Tensor logits, Pass pass) {
        Backend backend = logits.backend();
        int items = logits.axis(0);
        Tensor ones = pass.scratch(logits.shape());
        backend.fill(1, ones);
        Tensor value = backend.empty(Shape.of(1));
        discriminator.backwardThroughInputGradient(
                ones,
                gradient -> {
                    Tensor v = gradient.reshape(items, gradient.size() / items);
                    Tensor squares = pass.scratch(Shape.of(items));
                    Tensor slopes = pass.scratch(Shape.of(items));
                    backend.itemDots(v, v, squares);
                    backend.normPenalty(squares, target, weight * interval / items, value, slopes);
                    Tensor direction = pass.scratch(v.shape());
                    backend.scaleItems(v, slopes, direction);
                    return direction.reshape(gradient.shape());
                },
                pass);
        backend.scale(value, 1f / interval, value);
        return value;
    }

    /** Points between real items and fakes. A point between items with two labels gets a label between them. */
    private static Tensor between(Shown shown, Pass pass) {
        Tensor real = shown.real;
        Backend backend = real.backend();
        Tensor share = pass.scratch(Shape.of(real.axis(0)));
        backend.uniform(pass.random(), 0, 1, share);
        if (shown.onReal.labelled()) {
            Tensor labels = shown.onReal.labels();
            Tensor ofFakes = shown.onFake.labels();
            pass.labels(labels == ofFakes ? labels : mixed(labels, ofFakes, share, pass));
        }
        return mixed(real, shown.fake, share, pass);
    }

    /** share · a + (1 − share) · b, with one share for each item. */
    private static Tensor mixed(Tensor a, Tensor b, Tensor share, Pass pass) {
        Tensor mixed = pass.scratch(a.shape());
        a.backend().blend(a, b, share, mixed);
        return mixed;
    }

    private Tensor around(Shown shown, Pass pass) {
        Backend backend = shown.real.backend();
        Tensor noise = pass.scratch(shown.real.shape());
        Tensor points = pass.scratch(shown.real.shape());
        backend.normal(pass.random(), 0, deviation, noise);
        backend.add(shown.real, noise, points);
        pass.labels(shown.onReal.labelled() ? shown.onReal.labels() : null);
        return points;
    }

    @Override
    public String toString() {
        String what = switch (place) {
            case REAL -> "R1(γ " + 2 * weight;
            case BETWEEN -> "WGAN-GP(λ " + weight;
            case AROUND -> "DRAGAN(λ " + weight + ", deviation " + deviation;
        };
        return what + (interval == 1 ? ")" : ", every " + interval + " steps)");
    }

    private static float positive(String what, float value) {
        if (!(value > 0 && value < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(what + " must be above 0 and finite; got " + value);
        }
        return value;
    }
}
