package io.github.grisaille.train;

import io.github.grisaille.loss.Loss;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.State;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.plot.Doubles;
import io.github.grisaille.tensor.RandomStream;
import java.util.Map;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Tests a backward pass. For a parameter w and a random direction v, backward gives the derivative g·v. It must equal the
 * slope of the loss, measured by (L(w + h·v) − L(w − h·v)) / 2h.
 */
public final class GradientCheck {
    private static final float STEP = 1e-3f;

    private GradientCheck() {}

    /**
     * Checks every parameter of a model on one example, in evaluation mode. The model does not change.
     *
     * @return one row for each parameter: its name, the derivative from backward, the measured slope, and their difference
     *     divided by the larger of the two
     */
    public static Table check(Sequential model, Loss loss, Example example, long seed) {
        StringColumn names = StringColumn.create("parameter");
        DoubleColumn promised = Doubles.column("backward");
        DoubleColumn measured = Doubles.column("measured");
        DoubleColumn errors = Doubles.column("relative error");
        try (Pass pass = Pass.evaluating(model.backend())) {
            model.parameters().forEach(Parameter::clearGradient);
            LossValue result = loss.evaluate(model.forward(example.input(), pass), example.target());
            model.backward(result.gradient(), pass, Wanted.PARAMETERS);
        }
        RandomStream random = new RandomStream(seed, 0);
        for (Map.Entry<String, State> entry : model.state().entrySet()) {
            if (entry.getValue() instanceof Parameter parameter) {
                float[] direction = direction(parameter, random);
                double derivative = dot(parameter.gradient().toArray(), direction);
                double slope = slope(model, loss, example, parameter, direction);
                names.append(entry.getKey());
                promised.append(derivative);
                measured.append(slope);
                errors.append(Math.abs(derivative - slope)
                        / Math.max(Math.max(Math.abs(derivative), Math.abs(slope)), Float.MIN_NORMAL));
            }
        }
        model.parameters().forEach(Parameter::clearGradient);
        return Table.create("", names, promised, measured, errors);
    }

    /** Along the gradient, with random weights: so the derivative is large compared with rounding errors. */
    private static float[] direction(Parameter parameter, RandomStream random) {
        float[] gradient = parameter.gradient().toArray();
        double norm = Math.sqrt(dot(gradient, gradient));
        float[] direction = new float[gradient.length];
        for (int i = 0; i < direction.length; i++) {
            float size = 0.5f + random.nextInt(1 << 20) / (float) (1 << 20);
            direction[i] = norm == 0 ? size : (float) (gradient[i] / norm) * size;
        }
        return direction;
    }

    private static double slope(Sequential model, Loss loss, Example example, Parameter parameter, float[] direction) {
        float[] middle = parameter.value().toArray();
        try {
            double above = lossAt(model, loss, example, parameter, middle, direction, STEP);
            double below = lossAt(model, loss, example, parameter, middle, direction, -STEP);
            return (above - below) / (2 * STEP);
        } finally {
            parameter.set(middle);
        }
    }

    private static double lossAt(
            Sequential model,
            Loss loss,
            Example example,
            Parameter parameter,
            float[] middle,
            float[] direction,
            float step) {
        float[] moved = middle.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += step * direction[i];
        }
        parameter.set(moved);
        return loss.evaluate(model.predict(example.input()), example.target())
                .value()
                .item();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
