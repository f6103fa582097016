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
 * The distances between all items of one set and all of another, block by block, so that only two blocks are in memory.
 *
 * <p>Squared distances come from |a|² + |b|² − 2 a·b. The products are float32 matrix products, which are fast; each
 * block bounds their error, and works out in double, term by term, those few distances whose error could matter.
 */
final class DistanceBlocks {
    private static final int ROWS = 1024;
    private static final int COLUMNS = 2048;

    private DistanceBlocks() {}

    /** Shows every pair of blocks to a visitor: for each block of {@code a}, those of {@code b} in order. */
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
                        + ", and a distance needs finite values: look at what made it");
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

    /** Some items of one set against some of another; i and j count within the block. */
    static final class Block {
        /** The place in its set of the block's first item. */
        final int firstRow;

        final int firstColumn;
        private final float[] rows;
        private final float[] columns;
        private final double[] rowNorms;
        private final double[] columnNorms;
        private final float[] products;
        private final int width;
        /**
         * How far off |a|² + |b|² − 2 a·b can be, over |a|² + |b|²: the float32 product of n terms by n · 2⁻²⁴ · |a| · |b|
         * (Higham 2002, equation 3.5), which is at most half of that sum, doubled; and twice that to be sure.
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
