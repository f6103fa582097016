package io.github.grisaille.bench;

import io.github.grisaille.tensor.Backend;
import java.util.List;

/** A training step, in this library and in libtorch. */
interface Workload {
    String name();

    /** Whether there are images of several channels, so that libtorch's two layouts differ. */
    boolean images();

    /** Steps that are timed as one. */
    int chunk();

    /** Flop of a step, its convolutions counted directly, two for a multiplication. */
    double flop();

    /**
     * Trains in this library for so many steps, or a little more, and calls back after every {@code chunk} of them.
     *
     * @return the losses of every step, by name
     */
    List<double[]> ours(Backend backend, long steps, int chunk, Runnable afterChunk);

    /** The first losses on libtorch's side, on the same data from the same weights. */
    List<double[]> theirs(int steps, TorchSetting setting);

    /** A libtorch step to be timed, with random inputs of its own. */
    Runnable theirStep(TorchSetting setting);
}
