/**
 * The ground floor: tensors, the list of primitives that a backend implements, and random streams.
 *
 * <p><b>Uses</b> no other package. The backends are found with a {@link java.util.ServiceLoader}.
 *
 * <p><b>Read first</b> {@link io.github.grisaille.tensor.Tensor} and {@link io.github.grisaille.tensor.Shape}, then
 * {@link io.github.grisaille.tensor.Backend}. {@link io.github.grisaille.tensor.RandomStream} is where random numbers
 * come from.
 */
package io.github.grisaille.tensor;
