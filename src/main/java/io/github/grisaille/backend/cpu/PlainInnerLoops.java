package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.PointwiseLoss;

/** The innermost loops in plain Java. They are the reference for the vector loops. */
final class PlainInnerLoops extends InnerLoops {
    @Override
    String name() {
        return "plain loops";
    }

    @Override
    RowTile[] rowTiles() {
        return new RowTile[] {new PlainRowTile(16), new PlainRowTile(32), new PlainRowTile(48), new PlainRowTile(64)};
    }

    @Override
    ColumnTile[] columnTiles() {
        return new ColumnTile[] {
            new PlainColumnTile(16), new PlainColumnTile(32), new PlainColumnTile(48), new PlainColumnTile(64)
        };
    }

    @Override
    ColumnLoops columns() {
        return new ColumnLoops();
    }

    @Override
    void rowsTimesVector(float[] a, int inner, float[] x, float[] y, int from, int to) {
        MatrixVector.rows(a, inner, x, y, from, to);
    }

    @Override
    void vectorTimesColumns(float[] a, int rows, int width, float[] x, float[] y, int from, int to) {
        MatrixVector.columns(a, rows, width, x, y, from, to);
    }

    @Override
    void add(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
        Pointwise.add(a, p, b, q, y, at, count);
    }

    @Override
    void multiply(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
        Pointwise.multiply(a, p, b, q, y, at, count);
    }

    @Override
    void step(float[] x, float threshold, float[] y, int from, int to) {
        Pointwise.step(x, threshold, y, from, to);
    }

    @Override
    void addBias(float[] bias, int from, Activation f, float[] y, int at, int count) {
        Pointwise.addBias(bias, from, f, y, at, count);
    }

    @Override
    void activate(Activation f, float[] x, float[] y, int from, int to) {
        Pointwise.activate(f, x, y, from, to);
    }

    @Override
    void activateGradient(Activation f, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        Pointwise.activateGradient(f, x, y, dy, dx, from, to);
    }

    @Override
    double loss(PointwiseLoss loss, float[] p, float[] target, float factor, float[] gradient, int from, int to) {
        return Pointwise.loss(loss, p, target, factor, gradient, from, to);
    }

    @Override
    void keepGreater(float[] x, int from, float place, float[] y, float[] places, int at, int count) {
        Pointwise.keepGreater(x, from, place, y, places, at, count);
    }

    @Override
    void addWhere(float[] places, float place, float[] x, int from, float[] y, int at, int count) {
        Pointwise.addWhere(places, place, x, from, y, at, count);
    }

    @Override
    void addProducts(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count) {
        Pointwise.addProducts(a, aAt, b, bAt, y, yAt, count);
    }

    @Override
    void addRows(
            float[] x, int xAt, int xStep, int rows, float[] a, int aAt, int aStep, float[] y, int yAt, int count) {
        MatrixVector.addRows(x, xAt, xStep, rows, a, aAt, aStep, y, yAt, count);
    }

    @Override
    double sum(float[] x, int from, int to) {
        return Pointwise.sum(x, from, to);
    }

    @Override
    double sumOfSquares(float[] x, int from, int to) {
        return Pointwise.sumOfSquares(x, from, to);
    }

    @Override
    boolean finite(float[] x, int from, int to) {
        return Pointwise.finite(x, from, to);
    }

    @Override
    void boxMuller(float[] x, float[] y, int count) {
        FastMath.boxMuller(x, y, count);
    }

    @Override
    WinogradTransforms winograd(WinogradForm form) {
        return new PlainTransforms(form);
    }
}
