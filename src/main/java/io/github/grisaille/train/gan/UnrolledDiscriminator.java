package io.github.grisaille.train.gan;

import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.State;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Arguments;
import java.util.ArrayList;
import java.util.List;

/**
 * The generator learns from the discriminator as it will be some steps later (Metz et al. 2017): before G's step D takes
 * steps ahead, and after it they are taken back. This is the first-order form: G's gradient goes through the D of the
 * future, but not through the steps that lead there.
 */
public final class UnrolledDiscriminator implements Stabiliser {
    private final int steps;
    private final Optimizer lookahead;
    private final List<Tensor> present = new ArrayList<>();

    /**
     * @param steps how far to look ahead
     * @param lookahead moves D ahead; an optimiser of its own, since its memory goes on from look to look
     */
    public UnrolledDiscriminator(int steps, Optimizer lookahead) {
        this.steps = Arguments.positive("the number of steps to unroll", steps);
        this.lookahead = lookahead;
    }

    Optimizer lookahead() {
        return lookahead;
    }

    @Override
    public void begin(Game game) {
        lookahead.bind(game.discriminator().parameters());
        present.clear();
        for (State state : states(game.discriminator())) {
            present.add(state.value().backend().empty(state.shape()));
        }
    }

    private static List<State> states(Sequential network) {
        List<State> states = new ArrayList<>(network.parameters());
        states.addAll(network.buffers());
        return states;
    }

    @Override
    public void archive(Archive archive, Game game) {
        archive.same("steps", steps);
        lookahead.archive(archive.part("lookahead"), game.discriminator().state());
    }

    @Override
    public void beforeGeneratorStep(Game game) {
        List<State> states = states(game.discriminator());
        for (int i = 0; i < states.size(); i++) {
            Tensor value = states.get(i).value();
            value.backend().copy(value, present.get(i));
        }
        for (int i = 0; i < steps; i++) {
            game.stepDiscriminator(lookahead);
        }
    }

    @Override
    public void afterGeneratorStep(Game game) {
        List<State> states = states(game.discriminator());
        for (int i = 0; i < states.size(); i++) {
            Tensor value = states.get(i).value();
            value.backend().copy(present.get(i), value);
        }
        game.discriminator().parameters().forEach(Parameter::clearGradient);
    }
}
