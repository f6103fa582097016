package io.github.grisaille.tensor;

/** The numbers of one step of gradient descent: v ← momentum · v + g, then value ← value − rate · v (or Nesterov's look-ahead g + momentum · v). */
public record SgdStep(float rate, float momentum, boolean nesterov, float weightDecay) {}
