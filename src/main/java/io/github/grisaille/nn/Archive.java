package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.util.Map;

/**
 * A checkpoint that is being written or read. An object that carries something from step to step describes it once, in
 * one method. The method serves both directions. When a checkpoint is written, each call stores the value and returns
 * it. When a checkpoint is read, each call returns the stored value, or copies it into the given tensor.
 *
 * <pre>{@code
 * void archive(Archive archive) {
 *     archive.same("capacity", capacity);          // a setting
 *     held = (int) archive.number("held", held);   // something that changes
 * }
 * }</pre>
 *
 * <p>Reading calls the method twice. The first time only compares, and returns all numbers and tensors as they are. If
 * anything does not fit, there is no second time, and nothing has changed.
 */
public interface Archive {
    /** A setting that must be the same when training resumes. It is compared as text. */
    void same(String name, Object setting);

    /**
     * A setting that contains computed numbers. Another Java, processor or backend computes them with other last bits.
     * Numbers with a decimal point may differ by a share of their size. All else must be the same.
     *
     * @param tolerance that share, such as 1e-5
     */
    default void alike(String name, Object setting, double tolerance) {
        same(name, setting);
    }

    /**
     * A number that changes from step to step.
     *
     * @return the number to continue with
     */
    long number(String name, long value);

    /**
     * A parameter or buffer. Reading overwrites its values.
     *
     * @throws IllegalStateException if it is a parameter whose gradient still waits for an optimiser's step. A
     *     checkpoint is written between steps and holds no gradients
     */
    void state(String name, State state);

    /**
     * A tensor that does not exist at first.
     *
     * @param tensor null if it does not exist yet
     * @param backend the backend for a tensor that is read
     * @return the tensor to continue with, or null
     */
    Tensor optional(String name, Tensor tensor, Backend backend);

    /** The archive of a part. The names in it cannot collide with the names in other parts. */
    Archive part(String name);

    /** The parameters and buffers of a network. */
    default void states(Map<String, State> states) {
        states.forEach(this::state);
    }

    /** The position of a random stream. */
    default void random(String name, RandomStream stream) {
        stream.reserve(number(name, stream.position()) - stream.position());
    }
}
