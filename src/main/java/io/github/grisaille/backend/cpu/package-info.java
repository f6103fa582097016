/**
 * The primitives on the CPU, in Java. Each has a plain loop. Where it pays, it has a twin on the Vector API too. The
 * twins are in the source root {@code src/main/vector}, because code that uses an incubating module is compiled apart.
 *
 * <p>Uses {@code tensor} and {@code backend}. A reading path: {@code PlainRowTile} (the micro-kernel, a product in its
 * simplest form), {@code Panels} and {@code RowProduct} (packing, and the loops around the micro-kernel), {@code Gemm}
 * (a whole product), {@code Convolution} (a product that reads its left factor from an image), and at last {@code
 * WinogradForm} and {@code Winograd} (a convolution with fewer multiplications).
 */
package io.github.grisaille.backend.cpu;
