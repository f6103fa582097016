package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.AdamFactors;
import io.github.grisaille.tensor.RmspropStep;
import io.github.grisaille.tensor.SgdStep;

/** Steps of optimisers. Each is one pass over the values from … to − 1. */
final class OptimizerSteps {
    private OptimizerSteps() {}

    static void sgd(SgdStep s, float[] gradient, float[] velocity, float[] value, int from, int to) {
        for (int i = from; i < to; i++) {
            float g = gradient[i] + s.weightDecay() * value[i];
            if (velocity != null) {
                velocity[i] = s.momentum() * velocity[i] + g;
                g = s.nesterov() ? g + s.momentum() * velocity[i] : velocity[i];
            }
            value[i] -= s.rate() * g;
        }
    }

    static void rmsprop(
            RmspropStep s, float[] gradient, float[] squareAverage, float[] velocity, float[] value, int from, int to) {
        for (int i = from; i < to; i++) {
            float g = gradient[i];
            squareAverage[i] = s.decay() * squareAverage[i] + (1 - s.decay()) * g * g;
            float move = g / ((float) Math.sqrt(squareAverage[i]) + s.epsilon());
            if (velocity != null) {
                velocity[i] = s.momentum() * velocity[i] + move;
                move = velocity[i];
            }
            value[i] -= s.rate() * move;
        }
    }

    /**
     * Memory, the square root and the division limit the speed. A loop on the Vector API was not faster than the one
     * that the JIT makes from this.
     */
    static void adam(float[] gradient, float[] first, float[] second, float[] value, AdamFactors f, int from, int to) {
        for (int i = from; i < to; i++) {
            float g = gradient[i];
            float m = f.beta1() * first[i] + f.keep1() * g;
            float v = f.beta2() * second[i] + f.keep2() * g * g;
            first[i] = m;
            second[i] = v;
            value[i] = value[i] * f.shrink() - f.rate() * m / ((float) Math.sqrt(v) * f.inverseRoot2() + f.epsilon());
        }
    }
}
