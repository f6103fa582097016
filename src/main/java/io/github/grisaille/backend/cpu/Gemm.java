package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import java.util.Arrays;

/** Matrix products in all four transpositions, as products of rows or of columns with panels. */
final class Gemm {
    private static final long WORTH_SHARING = 300_000;
    private static final long WORTH_SHARING_PACKING = 60_000;

    /** Outputs of a product with a vector that one thread makes at the least: a whole number of vectors. */
    private static final int COLUMNS = 64;

    private final WorkerPool pool;
    private final Kernels kernels;
    private final Tile[] tiles;

    Gemm(WorkerPool pool, Kernels kernels) {
        this.pool = pool;
        this.kernels = kernels;
        this.tiles = kernels.tiles();
    }

    /** c (m × n) = f(op(a) (m × k) · op(b) (k × n) + bias (n)), or c += op(a) · op(b) + bias. */
    void multiply(
            float[] a,
            boolean transposeA,
            float[] b,
            boolean transposeB,
            Epilogue epilogue,
            boolean add,
            float[] c,
            int m,
            int n,
            int k) {
        if (m == 1 || n == 1) {
            withVector(a, transposeA, b, transposeB, epilogue, add, c, m, n, k);
            return;
        }
        if (!transposeA && transposeB && (long) m * (k + n) < (long) n * k) {
            mirrored(a, b, epilogue, add, c, m, n, k);
            return;
        }
        Panels panels = new Panels(tiles, k, n);
        panels.epilogue(epilogue);
        pool.split(panels.count(), (long) n * k, WORTH_SHARING_PACKING, (from, to) -> {
            for (int panel = from; panel < to; panel++) {
                if (transposeB) {
                    panels.packTransposed(panel, b, 0, k, 0, k);
                } else {
                    panels.pack(panel, b, 0, n);
                }
            }
        });
        if (transposeA && epilogue.isNone()) {
            columns(a, panels, add, c, m);
        } else {
            rows(transposeA ? transposed(a, k, m) : a, panels, add, c, m);
        }
    }

    /** A product with one column, or with one row: that factor is a vector, and lies the same way when transposed. */
    private void withVector(
            float[] a,
            boolean transposeA,
            float[] b,
            boolean transposeB,
            Epilogue epilogue,
            boolean add,
            float[] c,
            int m,
            int n,
            int k) {
        boolean column = n == 1;
        float[] bias = epilogue.bias();
        float[] matrix = column ? a : b;
        float[] vector = column ? b : a;
        int length = column ? m : n;
        if (!add) {
            Arrays.fill(c, 0);
        }
        if (bias != null) {
            for (int i = 0; i < length; i++) {
                c[i] += bias[column ? 0 : i];
            }
        }
        boolean rows = column ? !transposeA : transposeB;
        pool.split(Division.ceil(length, COLUMNS), (long) m * n * k, WORTH_SHARING, (from, to) -> {
            int first = from * COLUMNS;
            int end = Math.min(length, to * COLUMNS);
            if (rows) {
                kernels.rowsTimesVector(matrix, k, vector, c, first, end);
            } else {
                kernels.vectorTimesColumns(matrix, k, length, vector, c, first, end);
            }
            epilogue.activate(c, first, end);
        });
    }

    /**
     * cᵀ = b · aᵀ, where the rows of b are read in place. With few rows in a this costs less than to pack all of b, which
     * would have to be transposed: what is moved are m(k + n) values against nk.
     */
    private void mirrored(float[] a, float[] b, Epilogue epilogue, boolean add, float[] c, int m, int n, int k) {
        float[] bias = epilogue.bias();
        Panels panels = new Panels(tiles, k, m);
        for (int panel = 0; panel < panels.count(); panel++) {
            panels.packTransposed(panel, a, 0, k, 0, k);
        }
        RowProduct product = RowProduct.ofMatrix(k);
        RowProduct.Places rowsOfB = RowProduct.rowsOf(k);
        RowProduct.Places rowsOfBlock = RowProduct.rowsOf(m);
        pool.split(Division.ceil(n, RowProduct.BLOCK), (long) m * n * k, WORTH_SHARING, (from, to) -> {
            float[] block = Scratch.own().floats(Scratch.Use.PRODUCT, RowProduct.BLOCK * m);
            for (int row = from * RowProduct.BLOCK; row < Math.min(n, to * RowProduct.BLOCK); row += RowProduct.BLOCK) {
                int first = row;
                int count = Math.min(RowProduct.BLOCK, n - row);
                product.multiply(
                        b, rowsOfB, first * k, 0, count, panels, 0, panels.count(), false, block, rowsOfBlock, 0);
                for (int i = 0; i < m; i++) {
                    int target = i * n + first;
                    for (int j = 0; j < count; j++) {
                        float value = block[j * m + i] + (bias == null ? 0 : bias[first + j]);
                        c[target + j] = add ? c[target + j] + value : value;
                    }
                    epilogue.activate(c, target, target + count);
                }
            }
        });
    }

    private void columns(float[] a, Panels panels, boolean add, float[] c, int m) {
        int[] places = Scratch.own().ints(Scratch.Use.LEFT_PLACES, Math.max(panels.inner(), RowProduct.BLOCK));
        RowProduct.rowsOf(m).write(0, panels.inner(), places);
        ColumnProduct product = new ColumnProduct(pool, 1, m, m);
        if (!add && panels.inner() <= ColumnProduct.BLOCK) {
            product.write(a, places, panels, c);
        } else {
            product.add(a, places, panels);
            product.finish(panels, add, c);
        }
    }

    private void rows(float[] a, Panels panels, boolean add, float[] c, int m) {
        int k = panels.inner();
        int n = panels.columns();
        RowProduct product = RowProduct.ofMatrix(k);
        int blocks = Division.ceil(m, RowProduct.BLOCK);
        int rows = Division.ceil(Division.ceil(m, blocks), Tile.ROWS) * Tile.ROWS;
        RowProduct.Places rowsOfA = RowProduct.rowsOf(k);
        RowProduct.Places rowsOfC = RowProduct.rowsOf(n);
        pool.split(blocks * panels.count(), (long) m * n * k, WORTH_SHARING, (from, to) -> {
            for (int at = from; at < to; ) {
                int block = at / panels.count();
                int end = Math.min(to, (block + 1) * panels.count());
                int first = block * rows;
                int fromPanel = at % panels.count();
                product.multiply(
                        a,
                        rowsOfA,
                        0,
                        first,
                        Math.min(m, first + rows),
                        panels,
                        fromPanel,
                        fromPanel + end - at,
                        add,
                        c,
                        rowsOfC,
                        0);
                at = end;
            }
        });
    }

    private static float[] transposed(float[] a, int rows, int columns) {
        float[] result = Scratch.own().floats(Scratch.Use.LEFT, rows * columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                result[j * rows + i] = a[i * columns + j];
            }
        }
        return result;
    }
}
