package io.github.grisaille.optim;

import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.nn.Layers;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.RMSprop;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizersTest {
    private static final int STEPS = 20;

    @Test
    void aRateCanBeADoubleOrAFloat() {
        assertThat(Optimizers.adam(2e-4, 0.5))
                .hasToString(Optimizers.adam(2e-4f, 0.5f).toString());
        assertThat(Optimizers.adam(2e-4).rate()).isEqualTo(2e-4f);
        assertThat(Optimizers.adamW(2e-4)).hasToString(Optimizers.adamW(2e-4f).toString());
        assertThat(Optimizers.sgd(0.1).momentum(0.9).weightDecay(0.01))
                .hasToString(
                        Optimizers.sgd(0.1f).momentum(0.9f).weightDecay(0.01f).toString());
        assertThat(Optimizers.rmsprop(5e-5).clipWeights(0.01))
                .hasToString(Optimizers.rmsprop(5e-5f).clipWeights(0.01f).toString());
        assertThatThrownBy(() -> Optimizers.sgd(1e-60))
                .hasMessage("a learning rate must be above 0 and finite; got 0.0");
        assertThatThrownBy(() -> Optimizers.sgd(0.1).momentum(1 - 1e-12))
                .hasMessage("a momentum must be at least 0 and less than 1; got 1.0");
    }

    static Stream<Arguments> optimizers() {
        return Stream.of(
                pair("SGD", () -> Optimizers.sgd(0.1f), p -> new SGD(p, new SGDOptions(0.1))),
                pair(
                        "momentum and decay",
                        () -> Optimizers.sgd(0.1f).momentum(0.9f).weightDecay(0.01f),
                        p -> {
                            SGDOptions options = new SGDOptions(0.1);
                            options.momentum().put(0.9);
                            options.weight_decay().put(0.01);
                            return new SGD(p, options);
                        }),
                pair("Nesterov", () -> Optimizers.sgd(0.1f).nesterov(0.9f), p -> {
                    SGDOptions options = new SGDOptions(0.1);
                    options.momentum().put(0.9);
                    options.nesterov().put(true);
                    return new SGD(p, options);
                }),
                pair("RMSprop", () -> Optimizers.rmsprop(0.01f), p -> new RMSprop(p, new RMSpropOptions(0.01))),
                pair(
                        "RMSprop with momentum",
                        () -> Optimizers.rmsprop(0.01f).decay(0.9f).momentum(0.5f),
                        p -> {
                            RMSpropOptions options = new RMSpropOptions(0.01);
                            options.alpha().put(0.9);
                            options.momentum().put(0.5);
                            return new RMSprop(p, options);
                        }),
                pair(
                        "Adam",
                        () -> Optimizers.adam(0.01f),
                        p -> new org.bytedeco.pytorch.Adam(p, new AdamOptions(0.01))),
                pair("Adam with beta 0.5", () -> Optimizers.adam(0.01f, 0.5f), p -> {
                    AdamOptions options = new AdamOptions(0.01);
                    // a tuple of libstdc++ holds its last element first
                    options.betas().put(1, 0.5);
                    return new org.bytedeco.pytorch.Adam(p, options);
                }),
                pair("AdamW", () -> Optimizers.adamW(0.01f), p -> new AdamW(p, new AdamWOptions(0.01))));
    }

    private static Arguments pair(
            String name, Supplier<Optimizer> ours, Function<TensorVector, org.bytedeco.pytorch.Optimizer> theirs) {
        return Arguments.of(name, ours, theirs);
    }

    /** Gives a parameter of one layer the gradient 3·value + noise. */
    private static Tensor giveGradient(Parameter parameter, int step) {
        float[] gradient = Samples.normal(step, parameter.shape()).toArray();
        float[] value = parameter.value().toArray();
        for (int i = 0; i < value.length; i++) {
            gradient[i] += 3 * value[i];
        }
        Tensor tensor = parameter.value().backend().tensor(gradient, parameter.shape());
        parameter.accumulate((add, g) -> g.backend().copy(tensor, g));
        return tensor;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("optimizers")
    void agreesWithTorchForTwentySteps(
            String name, Supplier<Optimizer> ours, Function<TensorVector, org.bytedeco.pytorch.Optimizer> theirs) {
        Parameter parameter = Layers.dense(7, 5).parameters().get(0);
        org.bytedeco.pytorch.Tensor leaf = Torch.leaf(parameter.value());
        Optimizer optimizer = ours.get();
        org.bytedeco.pytorch.Optimizer reference = theirs.apply(new TensorVector(leaf));
        for (int step = 1; step <= STEPS; step++) {
            Tensor gradient = giveGradient(parameter, step);
            reference.zero_grad();
            leaf.mul(Torch.constant(gradient)).sum().backward();
            optimizer.step(List.of(parameter));
            reference.step();
            assertClose(name + " step " + step, parameter.value().toArray(), Torch.values(leaf), 16);
        }
        assertThat(optimizer.steps()).isEqualTo(STEPS);
        assertThat(parameter.hasGradient()).isFalse();
    }

    @Test
    void gradientNormIsClippedOverAllParametersTogether() {
        List<Parameter> parameters = Layers.dense(7, 5).parameters();
        org.bytedeco.pytorch.Tensor[] leaves = new org.bytedeco.pytorch.Tensor[2];
        for (int i = 0; i < 2; i++) {
            leaves[i] = Torch.leaf(parameters.get(i).value());
            Tensor gradient = giveGradient(parameters.get(i), 4 + i);
            leaves[i].mul(Torch.constant(gradient)).sum().backward();
        }
        TensorVector vector = new TensorVector(leaves);
        torch.clip_grad_norm_(vector, 0.7);
        new SGD(vector, new SGDOptions(0.5)).step();
        Optimizers.sgd(0.5f).clipGradientNorm(0.7f).step(parameters);
        for (int i = 0; i < 2; i++) {
            assertClose("parameter " + i, parameters.get(i).value().toArray(), Torch.values(leaves[i]), 16);
        }
    }

    @Test
    void oneStepByHand() {
        Parameter weight = Layers.dense(1, 1, false).parameters().get(0);
        weight.set(1);
        weight.accumulate((add, g) -> g.backend().fill(2, g));
        Optimizers.sgd(0.25f).step(List.of(weight));
        assertThat(weight.value().item()).isEqualTo(0.5f);
        weight.accumulate((add, g) -> g.backend().fill(-3, g));
        // Adam's first step has the size of the rate, whatever the gradient
        Optimizers.adam(0.25f).step(List.of(weight));
        assertThat(weight.value().item()).isCloseTo(0.75f, within(1e-6f));
    }

    @Test
    void frozenParametersAndThoseWithoutAGradientStay() {
        Parameter weight = Layers.dense(1, 1, false).parameters().get(0);
        weight.set(1);
        Optimizers.sgd(1).step(List.of(weight));
        weight.freeze();
        weight.accumulate((add, g) -> g.backend().fill(2, g));
        Optimizers.sgd(1).step(List.of(weight));
        assertThat(weight.value().item()).isEqualTo(1);
    }

    @Test
    void weightsAreClippedAfterTheStep() {
        Parameter weight = Layers.dense(1, 1, false).parameters().get(0);
        weight.set(0);
        weight.accumulate((add, g) -> g.backend().fill(-5, g));
        Optimizers.sgd(1).clipWeights(0.01f).step(List.of(weight));
        assertThat(weight.value().item()).isEqualTo(0.01f);
    }

    @Test
    void schedules() {
        Schedule steps = Schedule.step(10, 0.5);
        assertThat(List.of(steps.factor(0), steps.factor(9), steps.factor(10), steps.factor(25)))
                .containsExactly(1.0, 1.0, 0.5, 0.25);
        Schedule cosine = Schedule.cosine(100, 0.1);
        assertThat(cosine.factor(0)).isEqualTo(1);
        assertThat(cosine.factor(50)).isCloseTo(0.55, within(1e-12));
        assertThat(cosine.factor(100)).isCloseTo(0.1, within(1e-12));
        assertThat(cosine.factor(500)).isCloseTo(0.1, within(1e-12));
        Schedule linear = Schedule.linear(10, 20, 0);
        assertThat(List.of(
                        linear.factor(0), linear.factor(10), linear.factor(15), linear.factor(20), linear.factor(99)))
                .containsExactly(1.0, 1.0, 0.5, 0.0, 0.0);
        Schedule warmUp = Schedule.warmUp(4);
        assertThat(List.of(warmUp.factor(0), warmUp.factor(1), warmUp.factor(4), warmUp.factor(9)))
                .containsExactly(0.0, 0.25, 1.0, 1.0);
        Schedule cycles = Schedule.cyclical(8, 0.5);
        assertThat(List.of(cycles.factor(0), cycles.factor(2), cycles.factor(4), cycles.factor(7), cycles.factor(10)))
                .containsExactly(0.0, 0.5, 1.0, 1.0, 0.5);
        Optimizer optimizer = Optimizers.sgd(2).schedule(Schedule.step(1, 0.1));
        assertThat(optimizer.rate()).isEqualTo(2);
        optimizer.step(List.of());
        assertThat(optimizer.rate()).isCloseTo(0.2f, within(1e-7f));
    }

    @Test
    void badNumbers() {
        assertThatThrownBy(() -> Optimizers.sgd(-0.1f))
                .hasMessage("a learning rate must be above 0 and finite; got -0.1");
        assertThatThrownBy(() -> Optimizers.adam(Float.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> Optimizers.adam(0.1f).betas(1, 0.9f))
                .hasMessageContaining("beta1 must be at least 0 and less");
        assertThatThrownBy(() -> Optimizers.sgd(0.1f).momentum(-1))
                .hasMessageContaining("a momentum must be at least 0");
        assertThatThrownBy(() -> Optimizers.sgd(0.1f).clipWeights(0)).hasMessageContaining("above 0");
        assertThatThrownBy(() -> Optimizers.sgd(0.1f).weightDecay(-1)).hasMessageContaining("at least 0");
        assertThatThrownBy(() -> Schedule.cosine(0, 0)).hasMessageContaining("at least 1 step");
        assertThatThrownBy(() -> Schedule.warmUp(0)).hasMessageContaining("at least 1 step");
        assertThatThrownBy(() -> Schedule.cyclical(5, 1.5)).hasMessageContaining("a rise above 0 and at most 1");
        assertThatThrownBy(() -> Schedule.step(0, 1)).hasMessageContaining("a period of at least 1");
        assertThatThrownBy(() -> Schedule.linear(-1, 5, 0)).hasMessageContaining("must start at step 0 or later");
    }
}
