/**
 * The primitives on the CPU, in Java. Each has a plain loop, and where it pays a twin on the Vector API; the twins are
 * in the source root {@code src/main/vector}, since an incubating module is compiled apart.
 *
 * <p>Uses {@code tensor} and {@code backend}. A way to read it: {@code PlainTile} (a product in its simplest form),
 * {@code Gemm} (a whole product), {@code Convolution} (a product that reads its left factor from an image), and at last
 * {@code WinogradForm} and {@code Winograd} (a convolution with fewer multiplications).
 */
package io.github.grisaille.backend.cpu;
