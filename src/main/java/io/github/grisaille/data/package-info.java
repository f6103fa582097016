/** Data sets, their batches, and the readers that they come from. */
package io.github.grisaille.data;
