package io.github.grisaille.tensor;

/** Sums, differences and products as new tensors. Tensors of one shape need no broadcast. */
final class Arithmetic {
    private Arithmetic() {}

    static Tensor plus(Tensor a, Tensor b) {
        Tensor y = result(a, b, "plus");
        if (alike(a, b)) {
            a.backend().add(a, b, y);
        } else {
            a.backend().addBroadcast(a, b, y);
        }
        return y;
    }

    static Tensor minus(Tensor a, Tensor b) {
        Tensor y = result(a, b, "minus");
        if (alike(a, b)) {
            a.backend().subtract(a, b, y);
        } else {
            a.backend().addBroadcast(a, times(b, -1), y);
        }
        return y;
    }

    static Tensor times(Tensor a, Tensor b) {
        Tensor y = result(a, b, "times");
        if (alike(a, b)) {
            a.backend().multiply(a, b, y);
        } else {
            a.backend().multiplyBroadcast(a, b, y);
        }
        return y;
    }

    static Tensor plus(Tensor x, double amount) {
        Tensor y = x.backend().empty(x.shape());
        x.backend().shift(x, (float) amount, y);
        return y;
    }

    static Tensor times(Tensor x, double factor) {
        Tensor y = x.backend().empty(x.shape());
        x.backend().scale(x, (float) factor, y);
        return y;
    }

    private static boolean alike(Tensor a, Tensor b) {
        return a.shape().equals(b.shape());
    }

    private static Tensor result(Tensor a, Tensor b, String what) {
        sameBackend(what, a, b);
        return a.backend().empty(Shape.broadcast(a.shape(), b.shape()));
    }

    /** Refuses tensors of two backends, and says how to move one. */
    static void sameBackend(String what, Tensor a, Tensor b) {
        if (a.backend() != b.backend()) {
            throw new IllegalArgumentException(what + " needs tensors of one backend; got one on "
                    + a.backend().name() + " and one on " + b.backend().name() + ": move one, as in b.to(a.backend())");
        }
    }
}
