package io.github.grisaille.tensor;

/**
 * The numbers of one RMSprop step: s ← decay · s + (1 − decay) · g², v ← momentum · v + g / (√s + epsilon), value ←
 * value − rate · v.
 */
public record RmspropStep(float rate, float decay, float epsilon, float momentum) {}
