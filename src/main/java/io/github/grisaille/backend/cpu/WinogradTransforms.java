package io.github.grisaille.backend.cpu;

/**
 * The transforms of a {@link WinogradForm}, each in one direction. A transform multiplies a matrix by a few values that
 * lie {@code step} apart. It does so for {@code count} neighbouring channels at once, and for some lines, which are
 * {@code next} apart. In vector loops, {@code count} is a whole number of vectors.
 */
abstract class WinogradTransforms {
    /** W: from n values of an image to n factors. */
    abstract void window(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count);

    /** K: from r taps to n factors. */
    abstract void kernel(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count);

    /** A: from n products to m outputs. */
    abstract void output(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count);

    /** Aᵀ: from the gradients of m outputs to n factors. */
    abstract void outputGradient(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count);

    /** Kᵀ: from n products to the gradients of r taps. */
    abstract void kernelGradient(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count);
}
