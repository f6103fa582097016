package io.github.grisaille.backend;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link Columns}, a vector of columns at a time; what does not fill a vector is left to the plain loops. */
final class VectorColumns extends Columns {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final Columns PLAIN = new Columns();

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
            float[] x, float[] dy, int columns, int fromRow, int toRow, int fromColumn, float[] mean, float[] sums) {
        int end = SPECIES.loopBound(columns);
        for (int j = fromColumn; j < end; j += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, j);
            FloatVector product = FloatVector.fromArray(SPECIES, sums, columns + j);
            FloatVector m = FloatVector.fromArray(SPECIES, mean, j);
            int at = fromRow * columns + j;
            for (int row = fromRow; row < toRow; row++, at += columns) {
                FloatVector g = FloatVector.fromArray(SPECIES, dy, at);
                sum = sum.add(g);
                product = g.fma(FloatVector.fromArray(SPECIES, x, at).sub(m), product);
            }
            sum.intoArray(sums, j);
            product.intoArray(sums, columns + j);
        }
        PLAIN.gradientSums(x, dy, columns, fromRow, toRow, end, mean, sums);
    }

    @Override
    void normalize(
            float[] x,
            int columns,
            int fromRow,
            int toRow,
            int fromColumn,
            float[] mean,
            float[] factor,
            float[] shift,
            float[] y) {
        int end = SPECIES.loopBound(columns);
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = fromColumn; j < end; j += LANES) {
                FloatVector.fromArray(SPECIES, x, at + j)
                        .sub(FloatVector.fromArray(SPECIES, mean, j))
                        .fma(FloatVector.fromArray(SPECIES, factor, j), FloatVector.fromArray(SPECIES, shift, j))
                        .intoArray(y, at + j);
            }
        }
        PLAIN.normalize(x, columns, fromRow, toRow, end, mean, factor, shift, y);
    }

    @Override
    void inputGradient(
            float[] x,
            float[] dy,
            int columns,
            int fromRow,
            int toRow,
            int fromColumn,
            float[] mean,
            float[] factor,
            float[] meanDy,
            float[] slope,
            float[] dx) {
        int end = SPECIES.loopBound(columns);
        for (int row = fromRow; row < toRow; row++) {
            int at = row * columns;
            for (int j = fromColumn; j < end; j += LANES) {
                FloatVector centred =
                        FloatVector.fromArray(SPECIES, x, at + j).sub(FloatVector.fromArray(SPECIES, mean, j));
                FloatVector g =
                        FloatVector.fromArray(SPECIES, dy, at + j).sub(FloatVector.fromArray(SPECIES, meanDy, j));
                centred.neg()
                        .fma(FloatVector.fromArray(SPECIES, slope, j), g)
                        .mul(FloatVector.fromArray(SPECIES, factor, j))
                        .intoArray(dx, at + j);
            }
        }
        PLAIN.inputGradient(x, dy, columns, fromRow, toRow, end, mean, factor, meanDy, slope, dx);
    }
}
