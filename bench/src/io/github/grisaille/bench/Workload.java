package io.github.grisaille.bench;

import io.github.grisaille.tensor.Backend;
import java.util.List;

/** A training step in this library and in libtorch. */
interface Workload {
    String name();

    /** Whether there are images with several channels, so that libtorch's two layouts differ. */
    boolean images();

    /** The number of steps that are timed together. */
    int chunk();

    /** The floating-point operations of a step: two per multiplication, with convolutions counted as direct ones. */
    double flop();

    /**
     * Trains in this library for this many steps or a few more, and calls back after every {@code chunk} steps.
     *
     * @return the losses of every step, by name
     */
    List<double[]> ours(Backend backend, long steps, int chunk, Runnable afterChunk);

    /** The first losses in libtorch, from the same weights on the same data. */
    List<double[]> theirs(int steps, TorchSetting setting);

    /** A step in libtorch for timing, with its own random inputs. */
    Runnable theirStep(TorchSetting setting);
}
