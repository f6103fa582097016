package io.github.grisaille.optim;

import io.github.grisaille.nn.Parameter;
import io.github.grisaille.tensor.SgdStep;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/** Stochastic gradient descent, with momentum or Nesterov's momentum if wanted (Sutskever et al. 2013, in PyTorch's form). */
public final class Sgd extends Optimizer {
    private float momentum;
    private boolean nesterov;
    private float weightDecay;

    Sgd(float rate) {
        super(rate);
    }

    /** Remembers past gradients: v ← momentum · v + g, and the step goes along v. */
    public Sgd momentum(float value) {
        momentum = share("a momentum", value);
        return this;
    }

    /** The same, with the step along g + momentum · v. */
    public Sgd nesterov(float value) {
        nesterov = true;
        return momentum(value);
    }

    /** Adds decay · value to each gradient: the L2 penalty. */
    public Sgd weightDecay(float value) {
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
