package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.PointwiseLoss;

/**
 * The innermost loops of the backend. There are two sets. {@link PlainInnerLoops} is plain Java, and is the reference.
 * {@code VectorInnerLoops} does the same with the Vector API of the JDK. The code around these loops is written once.
 */
abstract class InnerLoops {
    /** A name for people: the kind of loops, and the width of a vector. */
    abstract String name();

    /** The tiles for rows of a left factor, from narrow to wide. Each width is a multiple of the first. */
    abstract RowTile[] rowTiles();

    /** The tiles for columns of a left factor, from narrow to wide. Each width is a multiple of the first. */
    abstract ColumnTile[] columnTiles();

    /** Sums and normalisation over columns. */
    abstract ColumnLoops columns();

    /** See {@link MatrixVector#rows}; {@code from} is a multiple of 8. */
    abstract void rowsTimesVector(float[] a, int inner, float[] x, float[] y, int from, int to);

    /** See {@link MatrixVector#columns}; {@code from} is a multiple of every vector's length. */
    abstract void vectorTimesColumns(float[] a, int rows, int width, float[] x, float[] y, int from, int to);

    /** y[at + i] = a[p + i] + b[q + i] for i from 0 to count − 1; y may be a or b in the same places. */
    abstract void add(float[] a, int p, float[] b, int q, float[] y, int at, int count);

    /** y[at + i] = a[p + i] · b[q + i] for i from 0 to count − 1; y may be a or b in the same places. */
    abstract void multiply(float[] a, int p, float[] b, int q, float[] y, int at, int count);

    /** y = 1 where x &gt; threshold, and 0 elsewhere. */
    abstract void step(float[] x, float threshold, float[] y, int from, int to);

    /** See {@link Pointwise#addBias}. */
    abstract void addBias(float[] bias, int from, Activation f, float[] y, int at, int count);

    /** See {@link Pointwise#activate}. */
    abstract void activate(Activation f, float[] x, float[] y, int from, int to);

    /** See {@link Pointwise#activateGradient}. */
    abstract void activateGradient(Activation f, float[] x, float[] y, float[] dy, float[] dx, int from, int to);

    /** See {@link Pointwise#loss}. */
    abstract double loss(
            PointwiseLoss loss, float[] p, float[] target, float factor, float[] gradient, int from, int to);

    /** See {@link Pointwise#keepGreater}. */
    abstract void keepGreater(float[] x, int from, float place, float[] y, float[] places, int at, int count);

    /** See {@link Pointwise#addWhere}. */
    abstract void addWhere(float[] places, float place, float[] x, int from, float[] y, int at, int count);

    /** See {@link Pointwise#addProducts}. */
    abstract void addProducts(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count);

    /** See {@link MatrixVector#addRows}. */
    abstract void addRows(
            float[] x, int xAt, int xStep, int rows, float[] a, int aAt, int aStep, float[] y, int yAt, int count);

    /** Σ x. */
    abstract double sum(float[] x, int from, int to);

    /** Σ x². */
    abstract double sumOfSquares(float[] x, int from, int to);

    /** Whether all values are finite: none is a NaN or an infinity. */
    abstract boolean finite(float[] x, int from, int to);

    /** See {@link FastMath#boxMuller}. */
    abstract void boxMuller(float[] x, float[] y, int count);

    /** The transforms of a Winograd form, each in one direction. */
    abstract WinogradTransforms winograd(WinogradForm form);
}
