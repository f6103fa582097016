package io.github.grisaille.train.gan;

import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;

/** The adversarial game while it is played, as {@link Stabiliser}s and {@link GeneratorObjective}s see it. */
public interface Game {
    /** The number of this step, from 1. */
    long step();

    Sequential generator();

    Sequential discriminator();

    /** How many of an item's last columns, as D is shown it, are its label; 0 where the game has no labels. */
    int labelColumns();

    /** A pass in training mode on the run's own buffers. */
    Pass open();

    /** The random stream of stabilisers. */
    RandomStream random();

    /** The real items of this step as D is shown them; they hold until the pass is closed. */
    Tensor showReal(Pass pass);

    /** One more step of D, on this step's real items and on fresh fakes. */
    void stepDiscriminator(Optimizer optimizer);
}
