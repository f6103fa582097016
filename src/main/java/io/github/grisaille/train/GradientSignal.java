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
import java.util.LinkedHashMap;
import java.util.Map;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Measures how much the gradients of single examples agree. For each parameter it divides the norm of the mean gradient by
 * the mean norm of the gradients. The ratio is 1 if all examples pull in the same direction, and about 1/√n if n examples
 * pull in random directions.
 */
public final class GradientSignal {
    private GradientSignal() {}

    /**
     * Measures a model as it is. Nothing is trained.
     *
     * @param count the number of examples, at least 2
     * @return one row for each parameter: its name, and the ratio
     */
    public static Table measure(Sequential model, Loss loss, ExampleSource examples, int count, long seed) {
        if (count < 2) {
            throw new IllegalArgumentException("agreement needs at least 2 examples; got " + count);
        }
        RandomStream random = new RandomStream(seed, 0);
        Map<String, double[]> sums = new LinkedHashMap<>();
        Map<String, Double> norms = new LinkedHashMap<>();
        for (int i = 1; i <= count; i++) {
            Example example = examples.next(i, random);
            try (Pass pass = Pass.training(model.backend(), seed)) {
                model.parameters().forEach(Parameter::clearGradient);
                LossValue result = loss.evaluate(model.forward(example.input(), pass), example.target());
                model.backward(result.gradient(), pass, Wanted.PARAMETERS);
            }
            model.state().forEach((name, state) -> add(name, state, sums, norms));
        }
        model.parameters().forEach(Parameter::clearGradient);
        StringColumn names = StringColumn.create("parameter");
        DoubleColumn ratios = Doubles.column("signal");
        sums.forEach((name, sum) -> {
            names.append(name);
            ratios.append(norm(sum) / norms.get(name));
        });
        return Table.create("", names, ratios);
    }

    private static void add(String name, State state, Map<String, double[]> sums, Map<String, Double> norms) {
        if (state instanceof Parameter parameter) {
            float[] gradient = parameter.gradient().toArray();
            double[] sum = sums.computeIfAbsent(name, key -> new double[gradient.length]);
            double[] own = new double[gradient.length];
            for (int i = 0; i < gradient.length; i++) {
                own[i] = gradient[i];
                sum[i] += gradient[i];
            }
            norms.merge(name, norm(own), Double::sum);
        }
    }

    private static double norm(double[] vector) {
        double squares = 0;
        for (double value : vector) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
