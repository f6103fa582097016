package io.github.grisaille.train;

import io.github.grisaille.tensor.Tensor;

/**
 * A value that waits on the device until it is read, and what the host makes of it.
 *
 * @param value one value
 * @param over what it is divided by (one value), or null
 * @param root whether the square root of that is meant
 */
record Reading(Tensor value, Tensor over, boolean root) {
    static Reading of(Tensor value) {
        return new Reading(value, null, false);
    }

    /** A norm, from a sum of squares. */
    static Reading norm(Tensor squares) {
        return new Reading(squares, null, true);
    }

    /** The ratio of two norms; 0 where the first is 0. */
    static Reading ratio(Tensor squares, Tensor overSquares) {
        return new Reading(squares, overSquares, true);
    }

    double read() {
        double result = value.item();
        if (over != null && result != 0) {
            result /= over.item();
        }
        return root ? Math.sqrt(result) : result;
    }
}
