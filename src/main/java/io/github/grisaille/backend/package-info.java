/** The loops: plain Java implementations of the primitives that {@link io.github.grisaille.tensor.Backend} declares. */
package io.github.grisaille.backend;
