package io.github.grisaille.tensor;

/**
 * The numbers of one step of gradient descent, with g = gradient + weightDecay · value: v ← momentum · v + g, then
 * value ← value − rate · v. With Nesterov's momentum the step is rate · (g + momentum · v).
 */
public record SgdStep(float rate, float momentum, boolean nesterov, float weightDecay) {}
