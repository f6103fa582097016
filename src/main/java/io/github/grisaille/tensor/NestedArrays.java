package io.github.grisaille.tensor;

/** Tensors from arrays of arrays, and back. */
final class NestedArrays {
    private NestedArrays() {}

    static Tensor tensor(double[][] rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("a matrix needs at least one row; got none");
        }
        int width = rows[0].length;
        float[] values = new float[Math.multiplyExact(rows.length, width)];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != width) {
                throw new IllegalArgumentException("all rows of a matrix need the length of the first, " + width
                        + "; row " + i + " has " + rows[i].length + " values");
            }
            for (int j = 0; j < width; j++) {
                values[i * width + j] = (float) rows[i][j];
            }
        }
        return Tensor.of(values, rows.length, width);
    }

    static double[][] rows(Tensor matrix) {
        if (matrix.shape().rank() != 2) {
            throw new IllegalStateException("toRows() needs a matrix, with two axes; this tensor has the shape "
                    + matrix.shape() + ": reshape it");
        }
        float[] values = matrix.toArray();
        int width = matrix.axis(1);
        double[][] rows = new double[matrix.axis(0)][width];
        for (int i = 0; i < values.length; i++) {
            rows[i / width][i % width] = values[i];
        }
        return rows;
    }
}
