package io.github.grisaille.backend.cpu;

/**
 * Products of a matrix and a vector, in plain loops. There is too little work for tiles, which would be mostly empty.
 */
final class MatrixVector {
    private MatrixVector() {}

    /** For the rows from … to − 1: y[i] += Σ over k of a[i · inner + k] · x[k]. */
    static void rows(float[] a, int inner, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            float sum = 0;
            for (int k = 0; k < inner; k++) {
                sum += a[i * inner + k] * x[k];
            }
            y[i] += sum;
        }
    }

    /** For the columns from … to − 1: y[j] += Σ over k of x[k] · a[k · width + j]. */
    static void columns(float[] a, int rows, int width, float[] x, float[] y, int from, int to) {
        for (int k = 0; k < rows; k++) {
            for (int j = from; j < to; j++) {
                y[j] += x[k] * a[k * width + j];
            }
        }
    }

    /**
     * The same for a part of a matrix and a part of a vector: y[yAt + j] += Σ over k of x[xAt + k · xStep] · a[aAt + k ·
     * aStep + j], for k from 0 to rows − 1 and j from 0 to count − 1.
     */
    static void addRows(
            float[] x, int xAt, int xStep, int rows, float[] a, int aAt, int aStep, float[] y, int yAt, int count) {
        for (int k = 0; k < rows; k++) {
            float factor = x[xAt + k * xStep];
            int row = aAt + k * aStep;
            for (int j = 0; j < count; j++) {
                y[yAt + j] += factor * a[row + j];
            }
        }
    }
}
