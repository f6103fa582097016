package io.github.grisaille.backend;

import io.github.grisaille.tensor.AdamStep;
import io.github.grisaille.tensor.RmspropStep;
import io.github.grisaille.tensor.SgdStep;

/** One-pass optimiser updates over the range from … to − 1. */
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

    static void adam(AdamStep s, float[] gradient, float[] first, float[] second, float[] value, int from, int to) {
        float keep1 = 1 - s.beta1();
        float keep2 = 1 - s.beta2();
        float rate = s.rate() / s.correction1();
        float inverseRoot2 = (float) (1 / Math.sqrt(s.correction2()));
        float shrink = 1 - s.rate() * s.weightDecay();
        for (int i = from; i < to; i++) {
            float g = gradient[i];
            float m = s.beta1() * first[i] + keep1 * g;
            float v = s.beta2() * second[i] + keep2 * g * g;
            first[i] = m;
            second[i] = v;
            value[i] = value[i] * shrink - rate * m / ((float) Math.sqrt(v) * inverseRoot2 + s.epsilon());
        }
    }
}
