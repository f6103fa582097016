package io.github.grisaille.train;

import io.github.grisaille.nn.Archive;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;
import java.util.Iterator;
import java.util.List;

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

    /** Carries a reading that is repeated until the next one; null if there was none yet. */
    static Reading archive(Archive archive, String name, Reading held, Backend backend) {
        Archive part = archive.part(name);
        Tensor value = part.optional("value", held == null ? null : held.value, backend);
        Tensor over = part.optional("over", held == null ? null : held.over, backend);
        boolean root = part.number("root", held != null && held.root ? 1 : 0) == 1;
        return value == null ? null : new Reading(value, over, root);
    }

    /** What has to be read. */
    List<Tensor> tensors() {
        return over == null ? List.of(value) : List.of(value, over);
    }

    /** The reading, from the values of its {@link #tensors}. */
    double of(Iterator<Float> values) {
        double result = values.next();
        if (over != null) {
            float divisor = values.next();
            result = result == 0 ? 0 : result / divisor;
        }
        return root ? Math.sqrt(result) : result;
    }
}
