/**
 * Optimisers, learning rate schedules, and clipping.
 *
 * <p><b>Uses</b> {@code nn} (parameters, checkpoint archives) and {@code tensor}.
 *
 * <p><b>Read first</b> {@link io.github.grisaille.optim.Sgd}, then {@link io.github.grisaille.optim.Optimizer}, which
 * does what all share, and {@link io.github.grisaille.optim.Adam}. {@link io.github.grisaille.optim.Schedule} changes
 * the learning rate over time.
 */
package io.github.grisaille.optim;
