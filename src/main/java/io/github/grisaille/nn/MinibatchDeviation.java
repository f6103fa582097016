package io.github.grisaille.nn;

import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Moments;
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

    private record Memory(Tensor x, Tensor mean, Tensor variance) {}

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
        Tensor average = pass.scratch(Shape.of(1, 1));
        backend.sum(deviations(variance, pass), average);
        backend.scale(average, 1f / values.size(), average);
        int channels = x.axis(-1);
        backend.copyColumns(x, 0, y, 0, channels);
        backend.copyColumns(repeated(average, x.shape().rows(), pass), 0, y, channels, 1);
        pass.keep(this, new Memory(x, mean, variance));
        return y;
    }

    private static Tensor flat(Tensor x) {
        return x.reshape(x.axis(0), x.size() / x.axis(0));
    }

    /**
     * √(variance + ε). It is computed as (variance − (−ε)) / √(variance + ε), which normalises the variance by itself.
     */
    private static Tensor deviations(Tensor variance, Pass pass) {
        Tensor shift = constant(variance.shape(), -EPSILON, pass);
        Tensor ones = constant(variance.shape(), 1, pass);
        Tensor zeros = constant(variance.shape(), 0, pass);
        Tensor y = pass.scratch(variance.shape());
        variance.backend()
                .normalizeColumns(variance, new Moments(shift, variance, EPSILON), new Affine(ones, zeros), y);
        return y;
    }

    private static Tensor constant(Shape shape, float value, Pass pass) {
        Tensor tensor = pass.scratch(shape);
        tensor.backend().fill(value, tensor);
        return tensor;
    }

    private static Tensor repeated(Tensor value, int rows, Pass pass) {
        Tensor column = pass.scratch(Shape.of(rows, 1));
        value.backend().matmul(Factor.of(constant(Shape.of(rows, 1), 1, pass)), Factor.of(value), column);
        return column;
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
        Tensor normal = pass.scratch(m.x.shape());
        Tensor ones = constant(m.mean.shape(), 1, pass);
        Tensor zeros = constant(m.mean.shape(), 0, pass);
        backend.normalizeColumns(
                flat(m.x), new Moments(m.mean, m.variance, EPSILON), new Affine(ones, zeros), flat(normal));
        backend.scaleItems(normal, total, normal);
        Tensor dx = pass.empty(m.x.shape());
        backend.copyColumns(dy, 0, dx, 0, channels);
        backend.add(dx, normal, dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        throw Checks.mixesItems(this);
    }
}
