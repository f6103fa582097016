/** Measures of what a model makes. */
package io.github.grisaille.metric;
