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
 * The generator learns from the discriminator of some steps later (Metz et al. 2017). Before the step of G, D takes some
 * steps ahead. After it, they are undone. This is the first-order form: G's gradient goes through the later D, but not
 * through the steps that lead to it.
 */
public final class UnrolledDiscriminator implements Stabiliser {
    private final int steps;
    private final Optimizer lookahead;
    private final List<Tensor> present = new ArrayList<>();

    /**
     * @param steps the number of steps ahead
     * @param lookahead takes the steps ahead; it must not train a network, since it keeps its memory from one look ahead to
     *     the next
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
