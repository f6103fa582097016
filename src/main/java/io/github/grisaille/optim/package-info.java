/** Optimisers, their schedules, and clipping. */
package io.github.grisaille.optim;
