package io.github.grisaille.backend;

import io.github.grisaille.tensor.AdamStep;

/**
 * The constants of one step of Adam. They are computed once, before the loop over the values.
 *
 * @param keep1 1 − beta1
 * @param keep2 1 − beta2
 * @param rate the learning rate, divided by the first bias correction
 * @param inverseRoot2 1 / √(second bias correction)
 * @param shrink the factor for the values by which weight decay makes them smaller
 */
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
