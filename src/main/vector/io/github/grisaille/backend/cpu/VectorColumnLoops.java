package io.github.grisaille.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The {@link ColumnLoops} on vectors of columns. The plain loops do the columns at the end that do not fill a vector.
 */
final class VectorColumnLoops extends ColumnLoops {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final ColumnLoops PLAIN = new ColumnLoops();

    @Override
    void sums(float[] x, int columns, int fromRow, int toRow, int fromColumn, float[] sums) {
        int end = SPECIES.loopBound(columns);
        for (int j = fromColumn; j < end; j += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, j);
            int at = fromRow * columns + j;
            for (int row = fromRow; row < toRow; row++, at += columns) {
                sum = sum.add(FloatVector.fromArray(SPECIES, x, at));
            }
            sum.intoArray(sums, j);
        }
        PLAIN.sums(x, columns, fromRow, toRow, end, sums);
    }

    @Override
    void squares(float[] x, int columns, int fromRow, int toRow, int fromColumn, float[] mean, float[] sums) {
        int end = SPECIES.loopBound(columns);
        for (int j = fromColumn; j < end; j += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, j);
            FloatVector m = FloatVector.fromArray(SPECIES, mean, j);
            int at = fromRow * columns + j;
            for (int row = fromRow; row < toRow; row++, at += columns) {
                FloatVector d = FloatVector.fromArray(SPECIES, x, at).sub(m);
                sum = d.fma(d, sum);
            }
            sum.intoArray(sums, j);
        }
        PLAIN.squares(x, columns, fromRow, toRow, end, mean, sums);
    }

    @Override
    void gradientSums(
            float[] x, float[] dy, int columns, int fromRow, int toRow, int fromColumn, Normalization n, float[] sums) {
        int end = SPECIES.loopBound(columns);
        for (int j = fromColumn; j < end; j += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, j);
            FloatVector product = FloatVector.fromArray(SPECIES, sums, columns + j);
            FloatVector mean = FloatVector.fromArray(SPECIES, n.mean(), j);
            FloatVector factor = FloatVector.fromArray(SPECIES, n.factor(), j);
            FloatVector shift = FloatVector.fromArray(SPECIES, n.shift(), j);
            int at = fromRow * columns + j;
            for (int row = fromRow; row < toRow; row++, at += columns) {
                FloatVector centred = FloatVector.fromArray(SPECIES, x, at).sub(mean);
                VectorMask<Float> on = centred.fma(factor, shift).compare(VectorOperators.GT, 0);
                FloatVector g = FloatVector.fromArray(SPECIES, dy, at);
                g = g.mul(n.slope()).blend(g, on);
                sum = sum.add(g);
                product = g.fma(centred, product);
            }
            sum.intoArray(sums, j);
            product.intoArray(sums, columns + j);
        }
        PLAIN.gradientSums(x, dy, columns, fromRow, toRow, end, n, sums);
    }

    @Override
    void normalize(float[] x, int columns, int fromRow, int toRow, int fromColumn, Normalization n, float[] y) {
        int end = SPECIES.loopBound(columns);
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = fromColumn; j < end; j += LANES) {
                FloatVector.fromArray(SPECIES, x, at + j)
                        .sub(FloatVector.fromArray(SPECIES, n.mean(), j))
                        .fma(
                                FloatVector.fromArray(SPECIES, n.factor(), j),
                                FloatVector.fromArray(SPECIES, n.shift(), j))
                        .intoArray(y, at + j);
            }
        }
        PLAIN.normalize(x, columns, fromRow, toRow, end, n, y);
    }

    @Override
    void inputGradient(
            float[] x,
            float[] dy,
            int columns,
            int fromRow,
            int toRow,
            int fromColumn,
            Normalization n,
            float[] meanDy,
            float[] tilt,
            float[] dx) {
        int end = SPECIES.loopBound(columns);
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = fromColumn; j < end; j += LANES) {
                FloatVector factor = FloatVector.fromArray(SPECIES, n.factor(), j);
                FloatVector centred =
                        FloatVector.fromArray(SPECIES, x, at + j).sub(FloatVector.fromArray(SPECIES, n.mean(), j));
                VectorMask<Float> on = centred.fma(factor, FloatVector.fromArray(SPECIES, n.shift(), j))
                        .compare(VectorOperators.GT, 0);
                FloatVector g = FloatVector.fromArray(SPECIES, dy, at + j);
                g = g.mul(n.slope()).blend(g, on).sub(FloatVector.fromArray(SPECIES, meanDy, j));
                centred.neg()
                        .fma(FloatVector.fromArray(SPECIES, tilt, j), g)
                        .mul(factor)
                        .intoArray(dx, at + j);
            }
        }
        PLAIN.inputGradient(x, dy, columns, fromRow, toRow, end, n, meanDy, tilt, dx);
    }
}
