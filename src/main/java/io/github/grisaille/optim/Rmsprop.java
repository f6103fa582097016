package io.github.grisaille.optim;

import io.github.grisaille.nn.Parameter;
import io.github.grisaille.tensor.RmspropStep;
import io.github.grisaille.tensor.Tensor;

/** RMSprop (Tieleman and Hinton 2012): each step is divided by the root of a running mean of squared gradients. */
public final class Rmsprop extends Optimizer {
    private static final float EPSILON = 1e-8f;

    private float decay = 0.99f;
    private float momentum;

    Rmsprop(float rate) {
        super(rate);
    }

    /** How much of the running mean each step keeps; 0.99 unless set. */
    public Rmsprop decay(float value) {
        decay = share("a decay", value);
        return this;
    }

    public Rmsprop momentum(float value) {
        momentum = share("a momentum", value);
        return this;
    }

    @Override
    void update(Parameter parameter, float rate, long step) {
        Tensor[] memory = memory(parameter, momentum > 0 ? 2 : 1);
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
