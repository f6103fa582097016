package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Shows a discriminator how much the items of a batch differ (Karras et al. 2018, section 3). It computes the standard
 * deviation of each value over the batch, and averages it over all values of an item. The result is one number. It
 * becomes one more feature of vectors, or one more channel of images, and is the same for all items.
 *
 * <p>Gradient, for N items of F values, with s the sum of dy over the new channel: dx = dy + s / (F·N) · (x − mean) /
 * √(variance + ε). Mean and variance are those of a value over the batch.
 */
public final class MinibatchDeviation implements Layer {
    private static final float EPSILON = 1e-8f;
    private static final String WANTED = "batch×features or batch×height×width×channels";

    /** The input, and mean and 1 / √(variance + ε) of each value. */
    private record Memory(Tensor x, Tensor mean, Tensor inverse) {}

    MinibatchDeviation() {}

    @Override
    public String name() {
        return "MinibatchDeviation";
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != 2 && input.rank() != 4) {
            throw new ShapeMismatchException(name(), input, WANTED);
        }
        int[] extents = input.toArray();
        extents[extents.length - 1]++;
        return Shape.of(extents);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        if (input.rank() != 0 && input.rank() != 2 && input.rank() != 4) {
            throw new ShapeMismatchException(name(), input, WANTED);
        }
        int last = input.extent(-1);
        return input.with(-1, last < 1 ? PartialShape.FREE : last + 1);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Backend backend = x.backend();
        Tensor y = pass.empty(outputShape(x.shape()));
        Tensor items = flat(x);
        Shape values = Shape.of(items.axis(1));
        Tensor mean = pass.scratch(values);
        Tensor variance = pass.scratch(values);
        backend.columnMoments(items, mean, variance);
        // √(variance + ε) = (variance + ε) · 1 / √(variance + ε)
        Tensor inverse = pass.scratch(values);
        Tensor deviation = pass.scratch(values);
        backend.inverseRoot(variance, EPSILON, inverse);
        backend.shift(variance, EPSILON, deviation);
        backend.multiply(deviation, inverse, deviation);
        Tensor average = pass.scratch(Shape.of(1));
        backend.sum(deviation, average);
        backend.scale(average, 1f / values.size(), average);
        Tensor column = pass.scratch(Shape.of(x.shape().rows(), 1));
        backend.repeat(average, column);
        int channels = x.axis(-1);
        backend.copyColumns(x, 0, y, 0, channels);
        backend.copyColumns(column, 0, y, channels, 1);
        pass.keep(this, new Memory(x, mean, inverse));
        return y;
    }

    private static Tensor flat(Tensor x) {
        return x.reshape(x.axis(0), x.size() / x.axis(0));
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Memory m = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, outputShape(m.x.shape()));
        if (!wanted.input()) {
            return null;
        }
        Backend backend = dy.backend();
        int channels = m.x.axis(-1);
        Tensor column = pass.scratch(Shape.of(m.x.shape().rows(), 1));
        backend.copyColumns(dy, channels, column, 0, 1);
        Tensor total = pass.scratch(Shape.of(1));
        backend.sum(column, total);
        backend.scale(total, 1f / m.x.size(), total);
        Tensor slopes = pass.scratch(m.inverse.shape());
        backend.multiplyBroadcast(m.inverse, total, slopes);
        Tensor negative = pass.scratch(m.mean.shape());
        backend.scale(m.mean, -1, negative);
        Tensor share = pass.scratch(m.x.shape());
        backend.addBroadcast(flat(m.x), negative, flat(share));
        backend.multiplyBroadcast(flat(share), slopes, flat(share));
        Tensor dx = pass.empty(m.x.shape());
        backend.copyColumns(dy, 0, dx, 0, channels);
        backend.add(dx, share, dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        throw Checks.mixesItems(this);
    }
}
