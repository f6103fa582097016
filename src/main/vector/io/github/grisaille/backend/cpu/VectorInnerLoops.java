package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.PointwiseLoss;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The innermost loops on the Vector API of the JDK. */
final class VectorInnerLoops extends InnerLoops {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int BITS_OF_AVX2 = 256;

    @Override
    String name() {
        return "vectors of " + SPECIES.vectorBitSize() + " bits";
    }

    /**
     * A tile of v vectors needs registers for 6v sums, for v vectors of the panel and for one value of the left factor.
     * AVX-512 and Arm have 32 registers, so v is at most 4. AVX2 has 16, so v is at most 2.
     */
    @Override
    RowTile[] rowTiles() {
        if (SPECIES.vectorBitSize() == BITS_OF_AVX2) {
            return new RowTile[] {new VectorRowTile1(), new VectorRowTile2()};
        }
        return new RowTile[] {new VectorRowTile1(), new VectorRowTile2(), new VectorRowTile3(), new VectorRowTile4()};
    }

    @Override
    ColumnTile[] columnTiles() {
        if (SPECIES.vectorBitSize() == BITS_OF_AVX2) {
            return new ColumnTile[] {new VectorColumnTile1(), new VectorColumnTile2()};
        }
        return new ColumnTile[] {
            new VectorColumnTile1(), new VectorColumnTile2(), new VectorColumnTile3(), new VectorColumnTile4()
        };
    }

    @Override
    ColumnLoops columns() {
        return new VectorColumnLoops();
    }

    @Override
    void rowsTimesVector(float[] a, int inner, float[] x, float[] y, int from, int to) {
        VectorMatrixVector.rows(a, inner, x, y, from, to);
    }

    @Override
    void vectorTimesColumns(float[] a, int rows, int width, float[] x, float[] y, int from, int to) {
        VectorMatrixVector.columns(a, rows, width, x, y, from, to);
    }

    @Override
    void add(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
        VectorPointwise.add(a, p, b, q, y, at, count);
    }

    @Override
    void multiply(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
        VectorPointwise.multiply(a, p, b, q, y, at, count);
    }

    @Override
    void step(float[] x, float threshold, float[] y, int from, int to) {
        VectorPointwise.step(x, threshold, y, from, to);
    }

    @Override
    void addBias(float[] bias, int from, Activation f, float[] y, int at, int count) {
        VectorBias.add(bias, from, f, y, at, count);
    }

    @Override
    void activate(Activation f, float[] x, float[] y, int from, int to) {
        VectorPointwise.activate(f, x, y, from, to);
    }

    @Override
    void activateGradient(Activation f, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        VectorPointwise.activateGradient(f, x, y, dy, dx, from, to);
    }

    @Override
    double loss(PointwiseLoss loss, float[] p, float[] target, float factor, float[] gradient, int from, int to) {
        return VectorPointwise.loss(loss, p, target, factor, gradient, from, to);
    }

    @Override
    void keepGreater(float[] x, int from, float place, float[] y, float[] places, int at, int count) {
        VectorPointwise.keepGreater(x, from, place, y, places, at, count);
    }

    @Override
    void addWhere(float[] places, float place, float[] x, int from, float[] y, int at, int count) {
        VectorPointwise.addWhere(places, place, x, from, y, at, count);
    }

    @Override
    void addProducts(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count) {
        VectorPointwise.addProducts(a, aAt, b, bAt, y, yAt, count);
    }

    @Override
    void addRows(
            float[] x, int xAt, int xStep, int rows, float[] a, int aAt, int aStep, float[] y, int yAt, int count) {
        VectorMatrixVector.addRows(x, xAt, xStep, rows, a, aAt, aStep, y, yAt, count);
    }

    @Override
    double sum(float[] x, int from, int to) {
        return VectorPointwise.sum(x, from, to);
    }

    @Override
    double sumOfSquares(float[] x, int from, int to) {
        return VectorPointwise.sumOfSquares(x, from, to);
    }

    @Override
    boolean finite(float[] x, int from, int to) {
        return VectorPointwise.finite(x, from, to);
    }

    @Override
    void boxMuller(float[] x, float[] y, int count) {
        VectorMath.boxMuller(x, y, count);
    }

    @Override
    WinogradTransforms winograd(WinogradForm form) {
        return switch (form) {
            case F2_2 -> new VectorWinograd22();
            case F4_2 -> new VectorWinograd42();
            case F2_5 -> new VectorWinograd25();
        };
    }
}
