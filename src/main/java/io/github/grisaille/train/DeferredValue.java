package io.github.grisaille.train;

import io.github.grisaille.nn.Archive;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A value of a step that stays on the device until it is read. The host then computes the value from one tensor or two.
 *
 * @param value one value
 * @param over the divisor of that value, one value; or null
 * @param root whether to take the square root of the result
 */
public record DeferredValue(Tensor value, Tensor over, boolean root) {
    /** The tensor's own value. */
    public static DeferredValue of(Tensor value) {
        return new DeferredValue(value, null, false);
    }

    /** A norm, from a sum of squares. */
    public static DeferredValue norm(Tensor squares) {
        return new DeferredValue(squares, null, true);
    }

    /** The ratio of two norms, from their sums of squares; 0 if the first is 0. */
    public static DeferredValue ratio(Tensor squares, Tensor overSquares) {
        return new DeferredValue(squares, overSquares, true);
    }

    /**
     * Tells a checkpoint a value that later steps repeat.
     *
     * @param held the value, or null if there is none yet
     * @return the value to go on with, or null
     */
    public static DeferredValue archive(Archive archive, String name, DeferredValue held, Backend backend) {
        Archive part = archive.part(name);
        Tensor value = part.optional("value", held == null ? null : held.value, backend);
        Tensor over = part.optional("over", held == null ? null : held.over, backend);
        boolean root = part.number("root", held != null && held.root ? 1 : 0) == 1;
        return value == null ? null : new DeferredValue(value, over, root);
    }

    /** The tensors to read. */
    List<Tensor> tensors() {
        return over == null ? List.of(value) : List.of(value, over);
    }

    /**
     * Computes the value.
     *
     * @param read the values of the {@link #tensors}; as many are taken from it
     */
    double from(FloatBuffer read) {
        double result = read.get();
        if (over != null) {
            float divisor = read.get();
            result = result == 0 ? 0 : result / divisor;
        }
        return root ? Math.sqrt(result) : result;
    }
}
