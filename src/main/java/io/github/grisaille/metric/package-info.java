/**
 * Measures of what a model makes. They compute on the host in double precision, on items along a tensor's first axis.
 * Each names its paper and says what real data score.
 *
 * <p><b>Uses</b> {@code nn}, {@code loss}, {@code data}, {@code plot}, {@code io} and {@code tensor}; EJML computes
 * eigenvalues, Commons Math a Fourier transform, and Tablesaw holds the tables.
 *
 * <p><b>Read first</b> {@link io.github.grisaille.metric.FrechetDistance}, then {@link
 * io.github.grisaille.metric.KernelDistance}, {@link io.github.grisaille.metric.PrecisionRecall} and {@link
 * io.github.grisaille.metric.DensityCoverage}. {@link io.github.grisaille.metric.MnistMetrics} and {@link
 * io.github.grisaille.metric.FaceMetrics} compute all of them for digits and for faces, in the features of a
 * classifier.
 */
package io.github.grisaille.metric;
