package io.github.grisaille.optim;

import io.github.grisaille.nn.Parameter;
import io.github.grisaille.tensor.AdamStep;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/**
 * Adam (Kingma and Ba 2015, algorithm 1). With a weight decay it is AdamW: the decay acts on the values directly, not
 * through the moments (Loshchilov and Hutter 2019).
 */
public final class Adam extends Optimizer {
    private static final float EPSILON = 1e-8f;

    private float beta1 = 0.9f;
    private float beta2 = 0.999f;
    private float weightDecay;

    Adam(double rate) {
        super(rate);
    }

    /**
     * The share of the two moments that each step keeps; by default 0.9 and 0.999. GANs often use 0.5 for the first.
     */
    public Adam betas(double first, double second) {
        beta1 = share("beta1", first);
        beta2 = share("beta2", second);
        return this;
    }

    /** Shrinks every value by rate · decay before each step. */
    public Adam weightDecay(double value) {
        weightDecay = notNegative("a weight decay", value);
        return this;
    }

    @Override
    List<String> memoryNames() {
        return List.of("exp_avg", "exp_avg_sq");
    }

    @Override
    String settings() {
        return "betas " + beta1 + " and " + beta2 + (weightDecay > 0 ? ", weight decay " + weightDecay : "");
    }

    @Override
    void update(Parameter parameter, float rate, long step) {
        Tensor[] moments = memory(parameter);
        AdamStep numbers = new AdamStep(
                rate,
                beta1,
                beta2,
                EPSILON,
                (float) (1 - Math.pow(beta1, step)),
                (float) (1 - Math.pow(beta2, step)),
                weightDecay);
        parameter.value().backend().adam(numbers, parameter.gradient(), moments[0], moments[1], parameter.value());
    }
}
