package io.github.grisaille.optim;

import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.State;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves parameters against their gradients. An optimiser serves one model: it keeps its memory (velocities, moments) per
 * parameter, from the first step that finds a gradient there.
 */
public abstract class Optimizer {
    private final float rate;
    private final Map<Parameter, Tensor[]> memory = new IdentityHashMap<>();
    private final Set<Parameter> served = Collections.newSetFromMap(new IdentityHashMap<>());
    private Schedule schedule = Schedule.constant();
    private float normLimit = Float.POSITIVE_INFINITY;
    private float weightLimit = Float.POSITIVE_INFINITY;
    private long steps;

    Optimizer(float rate) {
        if (!(rate > 0 && rate < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a learning rate is above 0 and finite, and this one is " + rate);
        }
        this.rate = rate;
    }

    /** Multiplies the rate of each step by the schedule's factor. */
    public Optimizer schedule(Schedule wanted) {
        schedule = wanted;
        return this;
    }

    /** Scales all gradients of a step down together where their Euclidean norm is over a limit (Pascanu et al. 2013). */
    public Optimizer clipGradientNorm(float limit) {
        normLimit = positive("gradient norm", limit);
        return this;
    }

    /** Cuts every value to ±limit after each step, as the first Wasserstein GAN does (Arjovsky et al. 2017). */
    public Optimizer clipWeights(float limit) {
        weightLimit = positive("weight", limit);
        return this;
    }

    /** The learning rate of the next step. */
    public float rate() {
        return (float) (rate * schedule.factor(steps));
    }

    /** The number of steps done. */
    public long steps() {
        return steps;
    }

    /**
     * Binds this optimiser to a model; a trainer does so before its first step. An optimiser can come back to its model, also
     * when that has got more layers or lost some.
     *
     * @throws IllegalArgumentException if it was bound to another model: its number of steps, and with it its schedule and
     *     Adam's moments, are the other one's
     */
    public synchronized void bind(List<Parameter> parameters) {
        if (!served.isEmpty() && !parameters.isEmpty() && parameters.stream().noneMatch(served::contains)) {
            throw new IllegalArgumentException(
                    "this optimiser, " + this + ", trains another model, and its memory and its"
                            + " number of steps are that model's: make one for each, as in adam(2e-4f), adam(2e-4f)");
        }
        served.addAll(parameters);
    }

    /** One step: moves each parameter that has a gradient and is not frozen, and marks its gradient as used up. */
    public void step(List<Parameter> parameters) {
        List<Parameter> moving = parameters.stream()
                .filter(parameter -> parameter.hasGradient() && !parameter.frozen())
                .toList();
        if (normLimit < Float.POSITIVE_INFINITY && !moving.isEmpty()) {
            clipNorm(moving);
        }
        float now = rate();
        steps++;
        for (Parameter parameter : moving) {
            update(parameter, now, steps);
            if (weightLimit < Float.POSITIVE_INFINITY) {
                parameter.value().backend().clamp(parameter.value(), -weightLimit, weightLimit, parameter.value());
            }
            parameter.clearGradient();
        }
    }

    /**
     * Moves one parameter.
     *
     * @param step the number of this step, from 1
     */
    abstract void update(Parameter parameter, float rate, long step);

    /** What the tensors in each parameter's memory are called, by PyTorch's names; none if there is no memory. */
    abstract List<String> memoryNames();

    /** The parameter's memory: tensors of its shape, zero at first, on the parameter's backend. */
    final Tensor[] memory(Parameter parameter) {
        Backend backend = parameter.value().backend();
        Tensor[] held = memory.computeIfAbsent(parameter, p -> {
            Tensor[] fresh = new Tensor[memoryNames().size()];
            for (int i = 0; i < fresh.length; i++) {
                fresh[i] = backend.empty(p.shape());
                backend.fill(0, fresh[i]);
            }
            return fresh;
        });
        for (int i = 0; i < held.length; i++) {
            if (held[i].backend() != backend) {
                held[i] = held[i].to(backend);
            }
        }
        return held;
    }

    /**
     * Tells a checkpoint this optimiser's settings, its number of steps, and its memory of each parameter.
     *
     * @param states the model's parameters and buffers by name
     */
    public void archive(Archive archive, Map<String, State> states) {
        archive.same("kind", this);
        archive.alike("schedule", schedule.describe(), Schedule.TOLERANCE);
        steps = archive.number("steps", steps);
        states.forEach((name, state) -> {
            if (state instanceof Parameter parameter) {
                archiveMemory(archive.part(name), parameter);
            }
        });
    }

    private void archiveMemory(Archive archive, Parameter parameter) {
        Tensor[] held = memory.get(parameter);
        List<String> names = memoryNames();
        Tensor[] carried = new Tensor[names.size()];
        boolean any = false;
        for (int i = 0; i < carried.length; i++) {
            carried[i] = archive.optional(
                    names.get(i),
                    held == null ? null : held[i],
                    parameter.value().backend());
            any |= carried[i] != null;
        }
        if (any) {
            memory.put(parameter, carried);
        } else {
            memory.remove(parameter);
        }
    }

    /** The settings of this kind of optimiser, such as {@code betas 0.9, 0.999}. */
    abstract String settings();

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(rate " + rate + ", " + settings()
                + (normLimit < Float.POSITIVE_INFINITY ? ", gradient norm up to " + normLimit : "")
                + (weightLimit < Float.POSITIVE_INFINITY ? ", weights within ±" + weightLimit : "") + ")";
    }

    private void clipNorm(List<Parameter> parameters) {
        Backend backend = parameters.get(0).value().backend();
        Tensor total = backend.empty(Shape.of(1));
        Write write = Write.REPLACE;
        for (Parameter parameter : parameters) {
            backend.sumOfSquares(parameter.gradient(), write, total);
            write = Write.ADD;
        }
        for (Parameter parameter : parameters) {
            backend.clipByNorm(total, normLimit, parameter.gradient());
        }
    }

    static float share(String what, float value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(what + " is from 0 to less than 1, and this one is " + value);
        }
        return value;
    }

    static float notNegative(String what, float value) {
        if (!(value >= 0)) {
            throw new IllegalArgumentException(what + " is at least 0, and this one is " + value);
        }
        return value;
    }

    static float positive(String what, float value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException("a limit of the " + what + " is above 0, and this one is " + value);
        }
        return value;
    }
}
