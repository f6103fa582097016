package io.github.grisaille.tensor;

/** The numbers of one step of RMSprop: s ← decay · s + (1 − decay) · g², then v ← momentum · v + g / (√s + epsilon). */
public record RmspropStep(float rate, float decay, float epsilon, float momentum) {}
