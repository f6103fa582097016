package io.github.grisaille.backend;

import java.util.Arrays;

/**
 * Matrix products. Every element of the product is summed in the order of the inner index, whatever the tiling, so the
 * way the work is split cannot change a bit. The inner loops run along rows of B and C, where the JIT can vectorise.
 */
final class Gemm {
    /** Rows of B that one sweep over a row of C takes in: eight products for each load and store of C. */
    private static final int UNROLL = 8;
    /** Columns of a tile: UNROLL rows of B of this length stay in the first-level cache. */
    private static final int TILE_COLUMNS = 512;
    /** Products with fewer columns or fewer rows than this are sums along contiguous rows instead. */
    private static final int NARROW = 8;

    private static final int FEW_ROWS = 3;
    private static final long WORTH_SHARING = 100_000;

    private final WorkerPool pool;

    Gemm(WorkerPool pool) {
        this.pool = pool;
    }

    /** c (m × n) (+)= op(a) (m × k) · op(b) (k × n) + bias (n, or null). */
    void multiply(
            float[] a,
            boolean transposeA,
            float[] b,
            boolean transposeB,
            float[] bias,
            boolean add,
            float[] c,
            int m,
            int n,
            int k) {
        int rowStep = transposeA ? 1 : k;
        int innerStep = transposeA ? m : 1;
        long work = (long) m * n * k;
        if (n < NARROW || m <= FEW_ROWS && transposeB) {
            float[] columns = transposeB ? b : transpose(b, k, n);
            if (m >= n) {
                pool.split(
                        m,
                        work,
                        WORTH_SHARING,
                        (from, to) -> dots(a, rowStep, innerStep, columns, bias, add, c, n, k, from, to, 0, n));
            } else {
                pool.split(
                        n,
                        work,
                        WORTH_SHARING,
                        (from, to) -> dots(a, rowStep, innerStep, columns, bias, add, c, n, k, 0, m, from, to));
            }
            return;
        }
        float[] rows = transposeB ? transpose(b, n, k) : b;
        if (m >= pool.threads() * UNROLL || m > n) {
            pool.split(
                    m,
                    work,
                    WORTH_SHARING,
                    (from, to) -> tile(
                            a,
                            from * rowStep,
                            rowStep,
                            innerStep,
                            rows,
                            n,
                            bias,
                            add,
                            c,
                            from * n,
                            n,
                            to - from,
                            0,
                            n,
                            k));
        } else {
            pool.split(
                    n,
                    work,
                    WORTH_SHARING,
                    (from, to) -> tile(a, 0, rowStep, innerStep, rows, n, bias, add, c, 0, n, m, from, to, k));
        }
    }

    /**
     * A tile of a product on the calling thread: columns {@code from} … {@code to − 1} of m rows of C.
     *
     * @param a element (i, p) is at {@code aOffset + i · rowStep + p · innerStep}
     * @param b k rows of length {@code bStep}
     * @param c row i starts at {@code cOffset + i · cStep}
     */
    static void tile(
            float[] a,
            int aOffset,
            int rowStep,
            int innerStep,
            float[] b,
            int bStep,
            float[] bias,
            boolean add,
            float[] c,
            int cOffset,
            int cStep,
            int m,
            int from,
            int to,
            int k) {
        start(bias, add, c, cOffset, cStep, m, from, to);
        for (int left = from; left < to; left += TILE_COLUMNS) {
            int width = Math.min(TILE_COLUMNS, to - left);
            int p = 0;
            for (; p + UNROLL <= k; p += UNROLL) {
                for (int i = 0; i < m; i++) {
                    int at = aOffset + i * rowStep + p * innerStep;
                    addEight(
                            a[at],
                            a[at + innerStep],
                            a[at + 2 * innerStep],
                            a[at + 3 * innerStep],
                            a[at + 4 * innerStep],
                            a[at + 5 * innerStep],
                            a[at + 6 * innerStep],
                            a[at + 7 * innerStep],
                            b,
                            p * bStep + left,
                            bStep,
                            c,
                            cOffset + i * cStep + left,
                            width);
                }
            }
            for (; p < k; p++) {
                for (int i = 0; i < m; i++) {
                    addOne(
                            a[aOffset + i * rowStep + p * innerStep],
                            b,
                            p * bStep + left,
                            c,
                            cOffset + i * cStep + left,
                            width);
                }
            }
        }
    }

    private static void start(float[] bias, boolean add, float[] c, int cOffset, int cStep, int m, int from, int to) {
        for (int i = 0; i < m; i++) {
            int row = cOffset + i * cStep;
            if (!add) {
                if (bias == null) {
                    Arrays.fill(c, row + from, row + to, 0);
                } else {
                    System.arraycopy(bias, from, c, row + from, to - from);
                }
            } else if (bias != null) {
                addOne(1, bias, from, c, row + from, to - from);
            }
        }
    }

    private static void addEight(
            float a0,
            float a1,
            float a2,
            float a3,
            float a4,
            float a5,
            float a6,
            float a7,
            float[] b,
            int bOffset,
            int bStep,
            float[] c,
            int cOffset,
            int width) {
        int b1 = bOffset + bStep;
        int b2 = b1 + bStep;
        int b3 = b2 + bStep;
        int b4 = b3 + bStep;
        int b5 = b4 + bStep;
        int b6 = b5 + bStep;
        int b7 = b6 + bStep;
        for (int j = 0; j < width; j++) {
            c[cOffset + j] = c[cOffset + j]
                    + a0 * b[bOffset + j]
                    + a1 * b[b1 + j]
                    + a2 * b[b2 + j]
                    + a3 * b[b3 + j]
                    + a4 * b[b4 + j]
                    + a5 * b[b5 + j]
                    + a6 * b[b6 + j]
                    + a7 * b[b7 + j];
        }
    }

    private static void addOne(float a, float[] b, int bOffset, float[] c, int cOffset, int width) {
        for (int j = 0; j < width; j++) {
            c[cOffset + j] = c[cOffset + j] + a * b[bOffset + j];
        }
    }

    /** Rows and columns of C as sums of products along the k values of a row of A and a row of {@code columns}. */
    private static void dots(
            float[] a,
            int rowStep,
            int innerStep,
            float[] columns,
            float[] bias,
            boolean add,
            float[] c,
            int n,
            int k,
            int fromRow,
            int toRow,
            int fromColumn,
            int toColumn) {
        for (int i = fromRow; i < toRow; i++) {
            for (int j = fromColumn; j < toColumn; j++) {
                float start = (add ? c[i * n + j] : 0) + (bias == null ? 0 : bias[j]);
                c[i * n + j] = start + dot(a, i * rowStep, innerStep, columns, j * k, k);
            }
        }
    }

    /** A sum of products in four interleaved chains, whose order depends on k alone. */
    static float dot(float[] a, int aOffset, int innerStep, float[] b, int bOffset, int k) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int p = 0;
        for (int at = aOffset; p + 4 <= k; p += 4, at += 4 * innerStep) {
            sum0 += a[at] * b[bOffset + p];
            sum1 += a[at + innerStep] * b[bOffset + p + 1];
            sum2 += a[at + 2 * innerStep] * b[bOffset + p + 2];
            sum3 += a[at + 3 * innerStep] * b[bOffset + p + 3];
        }
        for (; p < k; p++) {
            sum0 += a[aOffset + p * innerStep] * b[bOffset + p];
        }
        return sum0 + sum1 + (sum2 + sum3);
    }

    /** The transpose of a rows × columns matrix, by square blocks that stay in the cache. */
    static float[] transpose(float[] matrix, int rows, int columns) {
        final int block = 16;
        float[] transposed = new float[rows * columns];
        for (int top = 0; top < rows; top += block) {
            int bottom = Math.min(rows, top + block);
            for (int left = 0; left < columns; left += block) {
                int right = Math.min(columns, left + block);
                for (int i = top; i < bottom; i++) {
                    for (int j = left; j < right; j++) {
                        transposed[j * rows + i] = matrix[i * columns + j];
                    }
                }
            }
        }
        return transposed;
    }
}
