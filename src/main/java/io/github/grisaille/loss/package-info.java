/** Losses as functions of predictions or logits, each with its value and its gradient. */
package io.github.grisaille.loss;
