package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import java.util.Arrays;
import java.util.List;

/**
 * Matrix products, with or without a transposition of each factor. They are products of rows ({@link RowProduct}) or of
 * columns ({@link ColumnProduct}) with panels.
 */
final class Gemm {
    private static final long WORTH_SHARING = 300_000;
    private static final long WORTH_SHARING_PACKING = 60_000;

    /** A left factor with at most this many values stays in a cache, so each thread may read all of it. */
    private static final int NEAR_FLOATS = 1 << 17;

    /** The least number of panels for each thread that lets all threads end together. */
    private static final int SHARES = 4;

    /**
     * The least number of outputs that one thread makes in a product with a vector. It is a whole number of vectors.
     */
    private static final int COLUMNS = 64;

    private final WorkerPool pool;
    private final InnerLoops loops;
    private final RowTile[] rowTiles;
    private final ColumnTile[] columnTiles;

    Gemm(WorkerPool pool, InnerLoops loops) {
        this.pool = pool;
        this.loops = loops;
        this.rowTiles = loops.rowTiles();
        this.columnTiles = loops.columnTiles();
    }

    /** The values of a factor, and whether the product takes the transpose. */
    record Matrix(float[] values, boolean transposed) {}

    /** c (m × n) = f(op(a) (m × k) · op(b) (k × n) + bias (n)), or c += op(a) · op(b) + bias. */
    void multiply(Matrix left, Matrix right, EpilogueLoop epilogue, boolean add, float[] c, int m, int n, int k) {
        float[] a = left.values;
        float[] b = right.values;
        boolean transposeA = left.transposed;
        boolean transposeB = right.transposed;
        if (m == 1 || n == 1) {
            withVector(left, right, epilogue, add, c, m, n, k);
            return;
        }
        if (!transposeA && transposeB && (long) m * (k + n) < (long) n * k) {
            mirrored(a, b, epilogue, add, c, m, n, k);
            return;
        }
        if (transposeA && epilogue.isNone()) {
            Panels<ColumnTile> panels = new Panels<>(columnTiles, k, n);
            pack(right, panels);
            columns(a, panels, add, c, m);
            return;
        }
        Panels<RowTile> panels = new Panels<>(rowTiles, k, n);
        panels.epilogue(epilogue);
        float[] rows = transposeA ? transposed(a, k, m) : a;
        if ((long) m * k <= NEAR_FLOATS && panels.count() >= SHARES * pool.threads()) {
            rowsByPanels(rows, right, panels, add, c, m);
        } else {
            pack(right, panels);
            rows(rows, panels, add, c, m);
        }
    }

    private void pack(Matrix right, Panels<?> panels) {
        long work = (long) panels.columns() * panels.inner();
        pool.split(panels.count(), work, WORTH_SHARING_PACKING, (from, to) -> pack(right, panels, from, to));
    }

    private static void pack(Matrix right, Panels<?> panels, int from, int to) {
        for (int panel = from; panel < to; panel++) {
            if (right.transposed) {
                panels.packTransposed(panel, right.values, 0, panels.inner(), 0, panels.inner());
            } else {
                panels.pack(panel, right.values, 0, panels.columns());
            }
        }
    }

    /**
     * A product with one column or with one row. That factor is a vector, and its layout does not change by a
     * transposition.
     */
    private void withVector(
            Matrix left, Matrix right, EpilogueLoop epilogue, boolean add, float[] c, int m, int n, int k) {
        boolean column = n == 1;
        float[] matrix = column ? left.values : right.values;
        float[] vector = column ? right.values : left.values;
        int length = column ? m : n;
        if (!add) {
            Arrays.fill(c, 0);
        }
        boolean rows = column ? !left.transposed : right.transposed;
        pool.split(Division.ceil(length, COLUMNS), (long) m * n * k, WORTH_SHARING, (from, to) -> {
            int first = from * COLUMNS;
            int end = Math.min(length, to * COLUMNS);
            if (rows) {
                loops.rowsTimesVector(matrix, k, vector, c, first, end);
            } else {
                loops.vectorTimesColumns(matrix, k, length, vector, c, first, end);
            }
            if (column) {
                epilogue.finish(c, first, 1, end - first, 0, 1);
            } else {
                epilogue.finish(c, first, length, 1, first, end - first);
            }
        });
    }

    /**
     * Computes cᵀ = b · aᵀ and reads the rows of b in place. To pack b would mean to transpose it, which moves nk
     * values. This moves m(k + n) values, which is less if a has few rows.
     */
    private void mirrored(float[] a, float[] b, EpilogueLoop epilogue, boolean add, float[] c, int m, int n, int k) {
        float[] bias = epilogue.bias();
        Panels<RowTile> panels = new Panels<>(rowTiles, k, m);
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

    private void columns(float[] a, Panels<ColumnTile> panels, boolean add, float[] c, int m) {
        int[] places = Scratch.own().ints(Scratch.Use.LEFT_PLACES, Math.max(panels.inner(), RowProduct.BLOCK));
        RowProduct.rowsOf(m).write(0, panels.inner(), places);
        ColumnProduct product = new ColumnProduct(pool, 1, m, m);
        if (panels.inner() <= ColumnProduct.BLOCK) {
            product.write(a, places, panels, add, c);
        } else {
            product.add(a, places, List.of(panels));
            product.finish(panels, add, c);
        }
    }

    /** Each thread packs some panels and multiplies all rows by them. So the threads meet only once. */
    private void rowsByPanels(float[] a, Matrix right, Panels<RowTile> panels, boolean add, float[] c, int m) {
        int k = panels.inner();
        int n = panels.columns();
        RowProduct product = RowProduct.ofMatrix(k);
        RowProduct.Places rowsOfA = RowProduct.rowsOf(k);
        RowProduct.Places rowsOfC = RowProduct.rowsOf(n);
        pool.split(panels.count(), (long) m * n * k, WORTH_SHARING, (from, to) -> {
            pack(right, panels, from, to);
            product.multiply(a, rowsOfA, 0, 0, m, panels, from, to, add, c, rowsOfC, 0);
        });
    }

    private void rows(float[] a, Panels<RowTile> panels, boolean add, float[] c, int m) {
        int k = panels.inner();
        int n = panels.columns();
        RowProduct product = RowProduct.ofMatrix(k);
        int blocks = Division.ceil(m, RowProduct.BLOCK);
        int rows = Division.ceil(Division.ceil(m, blocks), RowTile.ROWS) * RowTile.ROWS;
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
