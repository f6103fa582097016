package io.github.grisaille.train.gan;

import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;

/** The running game, as {@link Stabiliser}s and {@link GeneratorObjective}s see it. */
public interface Game {
    /** The number of this step, from 1. */
    long step();

    Sequential generator();

    Sequential discriminator();

    /** A pass in training mode that uses the memory of this run. It has the labels of this step's real items, if any. */
    Pass open();

    /** The random stream for stabilisers. */
    RandomStream random();

    /** The real items of this step, as D is shown them. They are valid until the pass is closed. */
    Tensor showReal(Pass pass);

    /** Takes one more step of D, on the real items of this step and on new fakes. */
    void stepDiscriminator(Optimizer optimizer);
}
