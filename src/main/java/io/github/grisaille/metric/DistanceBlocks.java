package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The distances between all items of two sets, block by block, so that only one block of each set is in memory.
 *
 * <p>A squared distance is |a|² + |b|² − 2 a·b, where a·b is from a fast float32 matrix product. Each block bounds the
 * rounding error. The few distances whose error could matter are computed again in double precision, term by term.
 */
final class DistanceBlocks {
    private static final int ROWS = 1024;
    private static final int COLUMNS = 2048;

    private DistanceBlocks() {}

    /** Calls the visitor for every pair of blocks: for each block of {@code a}, all blocks of {@code b} in order. */
    static void scan(Dataset a, Dataset b, Consumer<Block> visitor) {
        Items.sameWidth(a, b);
        int width = Items.width(a);
        for (int i = 0; i < a.size(); i += ROWS) {
            float[] rows = read(a, i, ROWS);
            double[] rowNorms = norms(rows, width);
            Tensor left = Backend.cpu().tensor(rows, Shape.of(rowNorms.length, width));
            for (int j = 0; j < b.size(); j += COLUMNS) {
                float[] columns = read(b, j, COLUMNS);
                double[] columnNorms = norms(columns, width);
                Tensor right = Backend.cpu().tensor(columns, Shape.of(columnNorms.length, width));
                Tensor products = Backend.cpu().empty(Shape.of(rowNorms.length, columnNorms.length));
                Backend.cpu().matmul(Factor.of(left), Factor.transposed(right), products);
                visitor.accept(new Block(i, j, rows, columns, rowNorms, columnNorms, products.toArray(), width));
            }
        }
    }

    private static float[] read(Dataset items, int from, int most) {
        float[] values = items.values(
                IntStream.range(from, Math.min(items.size(), from + most)).toArray());
        int width = Items.width(items);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("item " + (from + i / width) + " holds " + values[i]
                        + ", but a distance needs finite values: check the model or the data that it comes from");
            }
        }
        return values;
    }

    private static double[] norms(float[] values, int width) {
        double[] norms = new double[values.length / width];
        for (int i = 0; i < values.length; i++) {
            norms[i / width] += (double) values[i] * values[i];
        }
        Arrays.setAll(norms, i -> Math.sqrt(norms[i]));
        return norms;
    }

    /** Some items of one set and some of the other. The indices i and j count inside the block. */
    static final class Block {
        /** The index of the block's first item in its set. */
        final int firstRow;

        final int firstColumn;
        private final float[] rows;
        private final float[] columns;
        private final double[] rowNorms;
        private final double[] columnNorms;
        private final float[] products;
        private final int width;
        /**
         * A bound of the error of |a|² + |b|² − 2 a·b, relative to |a|² + |b|². The float32 product of n terms has an
         * error of at most n · 2⁻²⁴ · |a| · |b| (Higham 2002, equation 3.5). It is doubled in the formula, and |a| ·
         * |b| is at most half of |a|² + |b|². A factor of 2 is added for safety.
         */
        private final double relativeError;

        private Block(
                int firstRow,
                int firstColumn,
                float[] rows,
                float[] columns,
                double[] rowNorms,
                double[] columnNorms,
                float[] products,
                int width) {
            this.firstRow = firstRow;
            this.firstColumn = firstColumn;
            this.rows = rows;
            this.columns = columns;
            this.rowNorms = rowNorms;
            this.columnNorms = columnNorms;
            this.products = products;
            this.width = width;
            this.relativeError = 2 * (width + 2) * 0x1p-24;
        }

        int rows() {
            return rowNorms.length;
        }

        int columns() {
            return columnNorms.length;
        }

        /** Whether the squared distance is at most a limit. */
        boolean within(int i, int j, double limit) {
            double a = rowNorms[i];
            double b = columnNorms[j];
            double about = a * a + b * b - 2.0 * products[i * columns() + j];
            double error = relativeError * (a * a + b * b);
            if (about > limit + error) {
                return false;
            }
            return about < limit - error || squared(i, j) <= limit;
        }

        /** The squared distance, exact to double precision. */
        double squared(int i, int j) {
            double sum = 0;
            for (int k = 0; k < width; k++) {
                double difference = (double) rows[i * width + k] - columns[j * width + k];
                sum += difference * difference;
            }
            return sum;
        }
    }
}
