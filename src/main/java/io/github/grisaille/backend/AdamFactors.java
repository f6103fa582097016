package io.github.grisaille.backend;

import io.github.grisaille.tensor.AdamStep;

/** What a step of Adam needs, worked out once for all values. */
public record AdamFactors(
        float beta1,
        float keep1,
        float beta2,
        float keep2,
        float rate,
        float inverseRoot2,
        float epsilon,
        float shrink) {
    public static AdamFactors of(AdamStep s) {
        return new AdamFactors(
                s.beta1(),
                1 - s.beta1(),
                s.beta2(),
                1 - s.beta2(),
                s.rate() / s.correction1(),
                (float) (1 / Math.sqrt(s.correction2())),
                s.epsilon(),
                1 - s.rate() * s.weightDecay());
    }
}
