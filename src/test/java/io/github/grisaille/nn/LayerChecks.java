package io.github.grisaille.nn;

import static io.github.grisaille.oracle.Samples.assertClose;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The checks that every layer goes through: against libtorch, and against the definition of the derivative. */
final class LayerChecks {
    private static final float STEP = 1e-2f;
    private static final double SLOPE_TOLERANCE = 5e-3;

    /** The same layer in libtorch. Its leaves and its result are in this library's layout. */
    interface Reference {
        org.bytedeco.pytorch.Tensor apply(org.bytedeco.pytorch.Tensor x, List<org.bytedeco.pytorch.Tensor> parameters);
    }

    private LayerChecks() {}

    /** Gives all parameters normal values, so that biases, gains and shifts matter. */
    static <T extends Layer> T randomized(T layer, long seed) {
        int k = 0;
        for (Parameter parameter : layer.parameters()) {
            float[] values = Samples.normal(seed * 31 + k++, parameter.shape()).toArray();
            parameter.set(values);
        }
        return layer;
    }

    static Pass pass(Tensor x, boolean training) {
        return training ? Pass.training(x.backend(), 5) : Pass.evaluating(x.backend());
    }

    /** Forward, the input's gradient and every parameter's gradient agree with libtorch's. */
    static void agreesWithTorch(Layer layer, Tensor x, boolean training, Reference reference) {
        org.bytedeco.pytorch.Tensor leaf = Torch.leaf(x);
        List<org.bytedeco.pytorch.Tensor> leaves = new ArrayList<>();
        layer.parameters().forEach(parameter -> leaves.add(Torch.leaf(parameter.value())));
        org.bytedeco.pytorch.Tensor expected = reference.apply(leaf, leaves);
        try (Pass pass = pass(x, training)) {
            Tensor y = layer.forward(x, pass);
            Tensor dy = Samples.normal(99, y.shape());
            expected.mul(Torch.constant(dy)).sum().backward();
            layer.parameters().forEach(Parameter::clearGradient);
            Tensor dx = layer.backward(dy, pass, Wanted.BOTH);
            int terms = Math.max(x.size(), y.size());
            assertClose(layer.name() + " forward", y.toArray(), Torch.values(expected), terms);
            assertClose(layer.name() + " input gradient", dx.toArray(), Torch.values(Torch.gradient(leaf)), terms);
            for (int i = 0; i < leaves.size(); i++) {
                Parameter parameter = layer.parameters().get(i);
                assertClose(
                        layer.name() + " gradient of " + parameter.name(),
                        parameter.gradient().toArray(),
                        Torch.values(Torch.gradient(leaves.get(i))),
                        terms);
            }
        }
    }

    /** Every gradient is the slope of a random projection of the output. */
    static void matchesFiniteDifferences(Layer layer, Tensor x, boolean training) {
        Tensor dy;
        Tensor dx;
        try (Pass pass = pass(x, training)) {
            dy = Samples.normal(98, layer.forward(x, pass).shape());
            layer.parameters().forEach(Parameter::clearGradient);
            dx = layer.backward(dy, pass, Wanted.BOTH);
        }
        float[] direction = Samples.normal(97, x.shape()).toArray();
        double above = projected(layer, moved(x, direction, STEP), dy, training);
        double below = projected(layer, moved(x, direction, -STEP), dy, training);
        assertSlope(layer.name() + " input", dot(dx.toArray(), direction), (above - below) / (2 * STEP), dy);
        for (Parameter parameter : layer.parameters()) {
            float[] middle = parameter.value().toArray();
            float[] along = Samples.normal(96, parameter.shape()).toArray();
            parameter.set(moved(parameter.value(), along, STEP).toArray());
            double up = projected(layer, x, dy, training);
            parameter.set(middle);
            parameter.set(moved(parameter.value(), along, -STEP).toArray());
            double down = projected(layer, x, dy, training);
            parameter.set(middle);
            double promised = dot(parameter.gradient().toArray(), along);
            assertSlope(layer.name() + " " + parameter.name(), promised, (up - down) / (2 * STEP), dy);
        }
    }

    /** The tangent is the slope of the output along a random direction. */
    static void tangentMatchesFiniteDifferences(Layer layer, Tensor x, boolean training) {
        Tensor direction = Samples.normal(95, x.shape());
        try (Pass pass = pass(x, training);
                Pass up = pass(x, training);
                Pass down = pass(x, training)) {
            layer.forward(x, pass);
            float[] tangent = layer.tangent(direction, pass).toArray();
            float[] above =
                    layer.forward(moved(x, direction.toArray(), STEP), up).toArray();
            float[] below =
                    layer.forward(moved(x, direction.toArray(), -STEP), down).toArray();
            float[] slope = new float[above.length];
            for (int i = 0; i < slope.length; i++) {
                slope[i] = (above[i] - below[i]) / (2 * STEP);
            }
            // rounding of y divided by the step: 1e-4 for values of a few units
            assertClose(layer.name() + " tangent", tangent, slope, 1_000_000);
        }
    }

    private static double projected(Layer layer, Tensor x, Tensor dy, boolean training) {
        try (Pass pass = pass(x, training)) {
            return dot(layer.forward(x, pass).toArray(), dy.toArray());
        }
    }

    private static Tensor moved(Tensor x, float[] direction, float step) {
        float[] values = x.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += step * direction[i];
        }
        return x.backend().tensor(values, x.shape());
    }

    private static void assertSlope(String what, double promised, double measured, Tensor dy) {
        double floor = Math.sqrt(dy.size());
        double error =
                Math.abs(promised - measured) / Math.max(Math.max(Math.abs(promised), Math.abs(measured)), floor);
        if (!(error <= SLOPE_TOLERANCE)) {
            throw new AssertionError(what + ": backward says " + promised + ", the slope is " + measured);
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /**
     * The gradient of the tangent is the slope of a random projection of the tangent, along the input and along every
     * parameter.
     */
    static void tangentGradientMatchesFiniteDifferences(Layer layer, Tensor x, boolean training) {
        Tensor direction = Samples.normal(94, x.shape());
        Tensor dy;
        Tensor gradient;
        try (Pass pass = pass(x, training)) {
            dy = Samples.normal(93, layer.forward(x, pass).shape());
            layer.parameters().forEach(Parameter::clearGradient);
            gradient = layer.tangentGradient(direction, dy, pass, Wanted.BOTH);
        }
        float[] inputChange = Samples.normal(92, x.shape()).toArray();
        double up = projectedTangent(layer, moved(x, inputChange, STEP), direction, dy, training);
        double down = projectedTangent(layer, moved(x, inputChange, -STEP), direction, dy, training);
        double promised = gradient == null ? 0 : dot(gradient.toArray(), inputChange);
        assertSlope(layer.name() + " tangent, input", promised, (up - down) / (2 * STEP), dy);
        for (Parameter parameter : layer.parameters()) {
            float[] middle = parameter.value().toArray();
            float[] along = Samples.normal(91, parameter.shape()).toArray();
            parameter.set(moved(parameter.value(), along, STEP).toArray());
            double above = projectedTangent(layer, x, direction, dy, training);
            parameter.set(middle);
            parameter.set(moved(parameter.value(), along, -STEP).toArray());
            double below = projectedTangent(layer, x, direction, dy, training);
            parameter.set(middle);
            double expected = dot(parameter.gradient().toArray(), along);
            assertSlope(layer.name() + " tangent, " + parameter.name(), expected, (above - below) / (2 * STEP), dy);
        }
    }

    private static double projectedTangent(Layer layer, Tensor x, Tensor direction, Tensor dy, boolean training) {
        try (Pass pass = pass(x, training)) {
            layer.forward(x, pass);
            return dot(layer.tangent(direction, pass).toArray(), dy.toArray());
        }
    }

    /** Seeds for parameterised tests, which print them. */
    static Stream<Long> seeds(int count) {
        return Stream.iterate(1L, seed -> seed + 1).limit(count);
    }

    static RandomStream choices(long seed) {
        return new RandomStream(seed, 79);
    }

    /** A whole number from low to high, both included. */
    static int between(RandomStream random, int low, int high) {
        return low + random.nextInt(high - low + 1);
    }
}
