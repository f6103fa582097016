package io.github.grisaille.optim;

import io.github.grisaille.nn.Parameter;
import io.github.grisaille.tensor.RmspropStep;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/** RMSprop (Tieleman and Hinton 2012): divides each gradient by the root of a running mean of squared gradients. */
public final class Rmsprop extends Optimizer {
    private static final float EPSILON = 1e-8f;

    private float decay = 0.99f;
    private float momentum;

    Rmsprop(double rate) {
        super(rate);
    }

    /** The share of the running mean that each step keeps; 0.99 by default. */
    public Rmsprop decay(double value) {
        decay = share("a decay", value);
        return this;
    }

    public Rmsprop momentum(double value) {
        momentum = share("a momentum", value);
        return this;
    }

    @Override
    List<String> memoryNames() {
        return momentum > 0 ? List.of("square_avg", "momentum_buffer") : List.of("square_avg");
    }

    @Override
    String settings() {
        return "decay " + decay + ", momentum " + momentum;
    }

    @Override
    void update(Parameter parameter, float rate, long step) {
        Tensor[] memory = memory(parameter);
        Tensor velocity = momentum > 0 ? memory[1] : null;
        parameter
                .value()
                .backend()
                .rmsprop(
                        new RmspropStep(rate, decay, EPSILON, momentum),
                        parameter.gradient(),
                        memory[0],
                        velocity,
                        parameter.value());
    }
}
