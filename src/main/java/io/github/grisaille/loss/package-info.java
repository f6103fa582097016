/**
 * Losses with their values and gradients: for networks, for VAEs (likelihoods, KL divergence) and for GANs.
 *
 * <p><b>Uses</b> {@code nn} (passes, output ranges, and {@code Sequential} for gradient penalties) and {@code tensor}.
 *
 * <p><b>Read first</b> {@link io.github.grisaille.loss.Loss} and {@link io.github.grisaille.loss.Losses}, then {@link
 * io.github.grisaille.loss.WeightableLoss} for weights, {@link
 * io.github.grisaille.loss.GanLoss} for GANs, or {@link io.github.grisaille.loss.Likelihood} and {@link
 * io.github.grisaille.loss.GaussianKl} for VAEs. {@link io.github.grisaille.loss.GradientPenalty} comes last.
 */
package io.github.grisaille.loss;
