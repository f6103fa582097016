package io.github.grisaille.train.gan;

import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.tensor.Tensor;

/** What the generator minimises. */
@FunctionalInterface
public interface GeneratorObjective {
    /**
     * Computes the loss, and its gradient for the fakes.
     *
     * @param fake the fakes as D is shown them
     * @param pass an open pass with no forward in it yet
     */
    LossValue evaluate(Tensor fake, Game game, Pass pass);

    /**
     * Tells a checkpoint the settings of this objective, and what it keeps from step to step. Unless overridden it tells
     * nothing, which is right for an objective that depends only on its arguments.
     */
    default void archive(Archive archive) {}

    /** The generator's side of an adversarial loss. */
    static GeneratorObjective adversarial(GanLoss loss) {
        return (fake, game, pass) -> {
            LossValue result = loss.onGenerated(game.discriminator().forward(fake, pass), pass);
            return new LossValue(result.value(), game.discriminator().backward(result.gradient(), pass, Wanted.INPUT));
        };
    }
}
