package io.github.grisaille.backend;

/**
 * The three transforms of {@link Winograd}, in plain loops over {@code count} neighbouring values (channels). Places of a
 * window or kernel are {@code rowStep} and {@code columnStep} apart, the nine values {@code step}.
 */
final class WinogradTransforms {
    private WinogradTransforms() {}

    /** From a window of 3×3: in each direction d₀ − d₁, d₁, d₁ − d₂. */
    static void window(float[] x, int from, int rowStep, int columnStep, int count, float[] y, int to, int step) {
        float[] rows = new float[9];
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < 3; c++) {
                float d0 = x[from + i + c * columnStep];
                float d1 = x[from + i + c * columnStep + rowStep];
                float d2 = x[from + i + c * columnStep + 2 * rowStep];
                rows[c] = d0 - d1;
                rows[3 + c] = d1;
                rows[6 + c] = d1 - d2;
            }
            for (int r = 0; r < 3; r++) {
                y[to + i + 3 * r * step] = rows[3 * r] - rows[3 * r + 1];
                y[to + i + (3 * r + 1) * step] = rows[3 * r + 1];
                y[to + i + (3 * r + 2) * step] = rows[3 * r + 1] - rows[3 * r + 2];
            }
        }
    }

    /** From a kernel of 2×2: in each direction g₀, g₀ + g₁, g₁. */
    static void kernel(float[] x, int from, int rowStep, int columnStep, int count, float[] y, int to, int step) {
        float[] rows = new float[6];
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < 2; c++) {
                float g0 = x[from + i + c * columnStep];
                float g1 = x[from + i + c * columnStep + rowStep];
                rows[c] = g0;
                rows[2 + c] = g0 + g1;
                rows[4 + c] = g1;
            }
            for (int r = 0; r < 3; r++) {
                y[to + i + 3 * r * step] = rows[2 * r];
                y[to + i + (3 * r + 1) * step] = rows[2 * r] + rows[2 * r + 1];
                y[to + i + (3 * r + 2) * step] = rows[2 * r + 1];
            }
        }
    }

    /** From nine sums to outputs of 2×2: in each direction m₁ + m₂, m₂ − m₃. */
    static void output(float[] x, int from, int step, int count, float[] y, int to, int rowStep, int columnStep) {
        float[] rows = new float[6];
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < 3; c++) {
                float m1 = x[from + i + c * step];
                float m2 = x[from + i + (3 + c) * step];
                float m3 = x[from + i + (6 + c) * step];
                rows[c] = m1 + m2;
                rows[3 + c] = m2 - m3;
            }
            for (int r = 0; r < 2; r++) {
                y[to + i + r * rowStep] = rows[3 * r] + rows[3 * r + 1];
                y[to + i + r * rowStep + columnStep] = rows[3 * r + 1] - rows[3 * r + 2];
            }
        }
    }
}
