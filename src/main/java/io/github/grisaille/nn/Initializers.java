package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import java.util.function.ToDoubleFunction;

/**
 * The usual initial values. Each rule draws the weights. Unless a rule says otherwise, biases and shifts start at 0 and
 * gains start at 1.
 */
public final class Initializers {
    private static final float DCGAN_DEVIATION = 0.02f;

    private Initializers() {}

    /** N(0, 2 / fanIn). It keeps the variance through layers with ReLU (He et al. 2015, equation 10). */
    public static Initializer he() {
        return normal(parameter -> Math.sqrt(2.0 / parameter.fanIn()));
    }

    /** N(0, 2 / (fanIn + fanOut)) (Glorot and Bengio 2010, equation 12). */
    public static Initializer xavier() {
        return normal(parameter -> Math.sqrt(2.0 / (parameter.fanIn() + parameter.fanOut())));
    }

    /**
     * N(0, 1 / fanIn): Xavier's rule for the forward pass only. It keeps the variance of the values, but not of the
     * gradients.
     */
    public static Initializer xavierFanIn() {
        return normal(parameter -> Math.sqrt(1.0 / parameter.fanIn()));
    }

    /** N(0, deviation²). */
    public static Initializer normal(float deviation) {
        if (!(deviation >= 0)) {
            throw new IllegalArgumentException("the standard deviation must be at least 0; got " + deviation);
        }
        return normal(parameter -> deviation);
    }

    /**
     * Weights from N(0, 0.02²) and gains from N(1, 0.02²) (Radford et al. 2016, and the common implementation of it).
     */
    public static Initializer dcgan() {
        return (parameter, random) -> {
            Backend backend = parameter.value().backend();
            switch (parameter.role()) {
                case WEIGHT -> backend.normal(random, 0, DCGAN_DEVIATION, parameter.value());
                case GAIN -> backend.normal(random, 1, DCGAN_DEVIATION, parameter.value());
                case BIAS, SHIFT -> backend.fill(0, parameter.value());
            }
        };
    }

    /** Weights and biases uniform in ±1/√fanIn. PyTorch's Linear and Conv2d start with these. */
    public static Initializer uniformFanIn() {
        return (parameter, random) -> {
            float bound = (float) (1 / Math.sqrt(parameter.fanIn()));
            switch (parameter.role()) {
                case WEIGHT, BIAS -> parameter.value().backend().uniform(random, -bound, bound, parameter.value());
                case GAIN, SHIFT -> constant(parameter);
            }
        };
    }

    private static Initializer normal(ToDoubleFunction<Parameter> deviation) {
        return (parameter, random) -> {
            if (parameter.role() == Parameter.Role.WEIGHT) {
                float scale = (float) deviation.applyAsDouble(parameter);
                parameter.value().backend().normal(random, 0, scale, parameter.value());
            } else {
                constant(parameter);
            }
        };
    }

    private static void constant(Parameter parameter) {
        float start = parameter.role() == Parameter.Role.GAIN ? 1 : 0;
        parameter.value().backend().fill(start, parameter.value());
    }
}
