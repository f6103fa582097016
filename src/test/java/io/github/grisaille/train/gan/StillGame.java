package io.github.grisaille.train.gan;

import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;

/** A game that stands at one step, to look at its parts alone. */
record StillGame(long step, Sequential generator, Sequential discriminator, Tensor real, RandomStream random)
        implements Game {
    static StillGame at(long step) {
        return new StillGame(step, null, null, null, new RandomStream(step, 4));
    }

    @Override
    public Pass open() {
        return Pass.training(Backend.cpu(), 1);
    }

    @Override
    public Tensor showReal(Pass pass) {
        return real;
    }

    @Override
    public void stepDiscriminator(Optimizer optimizer) {
        throw new UnsupportedOperationException();
    }
}
