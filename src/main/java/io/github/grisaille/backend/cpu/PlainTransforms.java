package io.github.grisaille.backend.cpu;

import java.util.Arrays;

/** The {@link WinogradTransforms} in plain loops. They multiply by the matrices as they are. */
final class PlainTransforms extends WinogradTransforms {
    private final float[][] window;
    private final float[][] kernel;
    private final float[][] output;
    private final float[][] outputGradient;
    private final float[][] kernelGradient;

    PlainTransforms(WinogradForm form) {
        window = form.window();
        kernel = form.kernel();
        output = form.output();
        outputGradient = WinogradForm.transposed(output);
        kernelGradient = WinogradForm.transposed(kernel);
    }

    @Override
    void window(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count) {
        multiply(window, x, from, step, next, y, to, toStep, toNext, lines, count);
    }

    @Override
    void kernel(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count) {
        multiply(kernel, x, from, step, next, y, to, toStep, toNext, lines, count);
    }

    @Override
    void output(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count) {
        multiply(output, x, from, step, next, y, to, toStep, toNext, lines, count);
    }

    @Override
    void outputGradient(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count) {
        multiply(outputGradient, x, from, step, next, y, to, toStep, toNext, lines, count);
    }

    @Override
    void kernelGradient(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count) {
        multiply(kernelGradient, x, from, step, next, y, to, toStep, toNext, lines, count);
    }

    private static void multiply(
            float[][] matrix,
            float[] x,
            int from,
            int step,
            int next,
            float[] y,
            int to,
            int toStep,
            int toNext,
            int lines,
            int count) {
        for (int line = 0; line < lines; line++) {
            for (int row = 0; row < matrix.length; row++) {
                int target = to + line * toNext + row * toStep;
                Arrays.fill(y, target, target + count, 0);
                for (int k = 0; k < matrix[row].length; k++) {
                    float factor = matrix[row][k];
                    if (factor != 0) {
                        int at = from + line * next + k * step;
                        for (int i = 0; i < count; i++) {
                            y[target + i] += factor * x[at + i];
                        }
                    }
                }
            }
        }
    }
}
