/**
 * What the two backends share: the checks of operands, and small classes that both need. The loops are in {@code
 * backend.cpu} and {@code backend.cuda}, which do not know each other.
 *
 * <p>Uses {@code tensor} only. Start at {@link io.github.grisaille.tensor.Backend}, the catalogue of primitives.
 */
package io.github.grisaille.backend;
