package io.github.grisaille.backend.cpu;

/**
 * The small matrices of Winograd's F(m, r): m neighbouring outputs y<sub>j</sub> = Σ<sub>k</sub> g<sub>k</sub>
 * d<sub>j+k</sub> of a filter with r taps, by n = m + r − 1 products instead of m · r. With ∘ for products element by
 * element, y = A [(K g) ∘ (W d)].
 *
 * <p>Where they come from (Toom 1963, Cook 1966; Barabasz and others 2020): a polynomial of n coefficients is known by its
 * values at n points, and values of a product are products of values. Let V<sub>k</sub> (n × k) take k coefficients to
 * the values at n − 1 points p and at ∞, which is the highest coefficient. So the coefficients of a product of two
 * polynomials are V<sub>n</sub>⁻¹ [(V<sub>m</sub> a) ∘ (V<sub>r</sub> g)], and the filter is the transpose of that for
 * a: A = V<sub>m</sub>ᵀ, K = V<sub>r</sub>, W = V<sub>n</sub>⁻ᵀ. The row of W for a point p<sub>i</sub> holds the
 * coefficients of Π<sub>j≠i</sub> (x − p<sub>j</sub>) over the value of that at p<sub>i</sub>; here K is divided by that
 * value instead, since W is used far more often, and so W has whole numbers.
 *
 * <p>Transposed for g, the same is the gradient for the filter: dg = Kᵀ [(Aᵀ dy) ∘ (W d)].
 *
 * <p>In two dimensions each matrix is applied down the columns and then along the rows: n² products for m² · r². Farther
 * points mean fewer products but larger entries, and so larger rounding errors.
 */
enum WinogradForm {
    /** 9 products for 16 (Winograd 1980; Lavin and Gray 2016). */
    F2_2(2, 2, 0, 1),
    /** 25 products for 64. */
    F4_2(4, 2, 0, 1, -1, 2),
    /** 36 products for 100. */
    F2_5(2, 5, 0, 1, -1, 2, -2);

    private final int outputs;
    private final int taps;
    private final float[][] window;
    private final float[][] kernel;
    private final float[][] output;

    WinogradForm(int outputs, int taps, double... points) {
        this.outputs = outputs;
        this.taps = taps;
        int last = points.length;
        window = new float[last + 1][];
        kernel = new float[last + 1][];
        float[][] block = new float[last + 1][];
        for (int i = 0; i < last; i++) {
            double[] others = without(i, points);
            double value = 1;
            for (double other : others) {
                value *= points[i] - other;
            }
            window[i] = productOfRoots(others, last + 1);
            kernel[i] = powers(points[i], taps, 1 / value);
            block[i] = powers(points[i], outputs, 1);
        }
        window[last] = productOfRoots(points, last + 1);
        kernel[last] = highest(taps);
        block[last] = highest(outputs);
        output = transposed(block);
    }

    private static double[] without(int i, double[] points) {
        double[] others = new double[points.length - 1];
        for (int j = 0; j < others.length; j++) {
            others[j] = points[j < i ? j : j + 1];
        }
        return others;
    }

    /** The coefficients of Π (x − root), lowest first. */
    private static float[] productOfRoots(double[] roots, int length) {
        double[] coefficients = new double[length];
        coefficients[0] = 1;
        for (double root : roots) {
            for (int k = length - 1; k >= 0; k--) {
                coefficients[k] = (k > 0 ? coefficients[k - 1] : 0) - root * coefficients[k];
            }
        }
        float[] rounded = new float[length];
        for (int k = 0; k < length; k++) {
            rounded[k] = (float) coefficients[k];
        }
        return rounded;
    }

    private static float[] powers(double x, int count, double factor) {
        float[] powers = new float[count];
        for (int k = 0; k < count; k++) {
            powers[k] = (float) (factor * Math.pow(x, k));
        }
        return powers;
    }

    private static float[] highest(int count) {
        float[] row = new float[count];
        row[count - 1] = 1;
        return row;
    }

    static float[][] transposed(float[][] matrix) {
        float[][] result = new float[matrix[0].length][matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix[0].length; j++) {
                result[j][i] = matrix[i][j];
            }
        }
        return result;
    }

    /** m, the outputs of a tile in each direction. */
    int outputs() {
        return outputs;
    }

    /** r, the taps of a kernel in each direction. */
    int taps() {
        return taps;
    }

    /** n = m + r − 1, the values of a window in each direction. */
    int points() {
        return outputs + taps - 1;
    }

    /** W, n × n. */
    float[][] window() {
        return window;
    }

    /** K, n × r. */
    float[][] kernel() {
        return kernel;
    }

    /** A, m × n. */
    float[][] output() {
        return output;
    }
}
