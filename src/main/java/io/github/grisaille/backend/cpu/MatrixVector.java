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
}
