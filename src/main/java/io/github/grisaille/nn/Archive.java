package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.util.Map;

/**
 * A checkpoint that is being written or read. What carries something from step to step tells it once, in one method,
 * which serves both directions: when a checkpoint is written, values are taken down and handed back; when one is read,
 * those of the checkpoint are handed back, or put into the tensors that are shown.
 *
 * <pre>{@code
 * void archive(Archive archive) {
 *     archive.same("capacity", capacity);          // a setting
 *     held = (int) archive.number("held", held);   // something that changes
 * }
 * }</pre>
 *
 * <p>Reading goes through everything twice. The first time only compares: numbers and tensors come back as they are. If
 * anything does not fit, there is no second time, and nothing was changed.
 */
public interface Archive {
    /** A setting that has to be the same when training goes on, compared as text. */
    void same(String name, Object setting);

    /**
     * A setting with numbers in it that were computed, and that another Java, processor or backend computes with other last
     * bits. Numbers with a point in them may differ by a share of their size; all else has to be the same.
     *
     * @param tolerance that share, such as 1e-5
     */
    default void alike(String name, Object setting, double tolerance) {
        same(name, setting);
    }

    /**
     * A number that changes from step to step.
     *
     * @return the number to go on with
     */
    long number(String name, long value);

    /**
     * A parameter or buffer; reading overwrites its values.
     *
     * @throws IllegalStateException if it is a parameter with a gradient that waits for an optimiser's step: a checkpoint
     *     is written between steps and holds no gradients
     */
    void state(String name, State state);

    /**
     * A tensor that is not there at first.
     *
     * @param tensor null if it is not there yet
     * @param backend where a tensor that is read belongs
     * @return the tensor to go on with, or null
     */
    Tensor optional(String name, Tensor tensor, Backend backend);

    /** The archive of a part: its names are apart from those of all other parts. */
    Archive part(String name);

    /** The parameters and buffers of a network. */
    default void states(Map<String, State> states) {
        states.forEach(this::state);
    }

    /** Where a random stream stands. */
    default void random(String name, RandomStream stream) {
        stream.reserve(number(name, stream.position()) - stream.position());
    }
}
