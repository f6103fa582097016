/**
 * Measures of what a model makes. They work on the host, in double precision, on items along a tensor's first axis; each
 * names its paper and says what real data score.
 */
package io.github.grisaille.metric;
