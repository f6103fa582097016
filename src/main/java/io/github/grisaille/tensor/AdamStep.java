package io.github.grisaille.tensor;

/**
 * The numbers of one step of Adam (Kingma and Ba 2015) or, with a weight decay, AdamW (Loshchilov and Hutter 2019).
 *
 * @param correction1 1 − beta1^t for step t; the first step is 1
 * @param correction2 1 − beta2^t
 * @param weightDecay decoupled weight decay: value ← value − rate · weightDecay · value before the step
 */
public record AdamStep(
        float rate, float beta1, float beta2, float epsilon, float correction1, float correction2, float weightDecay) {}
