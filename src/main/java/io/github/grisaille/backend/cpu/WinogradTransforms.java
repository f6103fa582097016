package io.github.grisaille.backend.cpu;

/**
 * The transforms of a {@link WinogradForm}, each in one direction: a matrix times a few values that lie {@code step} apart,
 * for {@code count} neighbouring channels at once, and so for some lines, {@code next} apart. With vectors,
 * {@code count} is a whole number of them.
 */
abstract class WinogradTransforms {
    private final WinogradForm form;

    WinogradTransforms(WinogradForm form) {
        this.form = form;
    }

    final WinogradForm form() {
        return form;
    }

    /** W: n values of an image to n factors. */
    abstract void window(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count);

    /** K: r taps to n factors. */
    abstract void kernel(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count);

    /** A: n products to m outputs. */
    abstract void output(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count);

    /** Aᵀ: m outputs' gradients to n factors. */
    abstract void outputGradient(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count);

    /** Kᵀ: n products to r taps' gradients. */
    abstract void kernelGradient(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count);
}
