/** Tensors, the catalogue of primitives that a backend implements, and random streams. */
package io.github.grisaille.tensor;
