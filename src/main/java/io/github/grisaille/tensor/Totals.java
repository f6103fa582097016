package io.github.grisaille.tensor;

/** Numbers that all values of a tensor make together. They are computed on its backend, then read. */
final class Totals {
    private Totals() {}

    static float sum(Tensor x) {
        Tensor total = x.backend().empty(Shape.of(1));
        x.backend().sum(x, total);
        return total.item();
    }

    static float mean(Tensor x) {
        return sum(x) / x.size();
    }

    static float norm(Tensor x) {
        Tensor squares = x.backend().empty(Shape.of(1));
        x.backend().sumOfSquares(x, Write.REPLACE, squares);
        return (float) Math.sqrt(squares.item());
    }
}
