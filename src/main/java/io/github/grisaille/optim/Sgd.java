package io.github.grisaille.optim;

import io.github.grisaille.nn.Parameter;
import io.github.grisaille.tensor.SgdStep;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/**
 * Stochastic gradient descent, optionally with momentum or Nesterov momentum (Sutskever et al. 2013, in PyTorch's
 * form).
 */
public final class Sgd extends Optimizer {
    private float momentum;
    private boolean nesterov;
    private float weightDecay;

    Sgd(double rate) {
        super(rate);
    }

    /** Momentum: v ← momentum · v + g, and the step follows v. */
    public Sgd momentum(double value) {
        momentum = share("a momentum", value);
        return this;
    }

    /** Nesterov momentum: v ← momentum · v + g, and the step follows g + momentum · v. */
    public Sgd nesterov(double value) {
        nesterov = true;
        return momentum(value);
    }

    /** L2 penalty: adds decay · value to each gradient. */
    public Sgd weightDecay(double value) {
        weightDecay = notNegative("a weight decay", value);
        return this;
    }

    @Override
    List<String> memoryNames() {
        return momentum > 0 ? List.of("momentum_buffer") : List.of();
    }

    @Override
    String settings() {
        return (nesterov ? "Nesterov's momentum " : "momentum ")
                + momentum
                + (weightDecay > 0 ? ", weight decay " + weightDecay : "");
    }

    @Override
    void update(Parameter parameter, float rate, long step) {
        Tensor velocity = momentum > 0 ? memory(parameter)[0] : null;
        parameter
                .value()
                .backend()
                .sgd(
                        new SgdStep(rate, momentum, nesterov, weightDecay),
                        parameter.gradient(),
                        velocity,
                        parameter.value());
    }
}
