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
 * Moves parameters against their gradients. An optimiser serves one model. For each parameter it keeps its own memory
 * (velocities, moments), from the first step in which the parameter has a gradient.
 */
public abstract class Optimizer {
    private final float rate;
    private final Map<Parameter, Tensor[]> memory = new IdentityHashMap<>();
    private final Set<Parameter> served = Collections.newSetFromMap(new IdentityHashMap<>());
    private Schedule schedule = Schedule.constant();
    private float normLimit = Float.POSITIVE_INFINITY;
    private float weightLimit = Float.POSITIVE_INFINITY;
    private long steps;

    Optimizer(double rate) {
        this.rate = (float) rate;
        if (!(this.rate > 0 && this.rate < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a learning rate must be above 0 and finite; got " + this.rate);
        }
    }

    /** Multiplies the learning rate of each step by the schedule's factor. */
    public Optimizer schedule(Schedule wanted) {
        schedule = wanted;
        return this;
    }

    /**
     * Gradient clipping: if the Euclidean norm of all gradients together is above the limit, scales them down to it
     * (Pascanu et al. 2013).
     */
    public Optimizer clipGradientNorm(double limit) {
        normLimit = positive("gradient norm", limit);
        return this;
    }

    /**
     * Weight clipping: limits every value to ±limit after each step, as in the first Wasserstein GAN (Arjovsky et al.
     * 2017).
     */
    public Optimizer clipWeights(double limit) {
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
     * Binds this optimiser to a model; trainers do this before their first step. It may be bound to its model again,
     * even if layers were added or removed.
     *
     * @throws IllegalArgumentException if it was bound to another model: its step count, its schedule and its moments
     *     belong to that model
     */
    public synchronized void bind(List<Parameter> parameters) {
        if (!served.isEmpty() && !parameters.isEmpty() && parameters.stream().noneMatch(served::contains)) {
            throw new IllegalArgumentException("the optimiser " + this
                    + " already trains another model; its moments and its step count belong to that"
                    + " model: make one optimiser for each model, as in adam(2e-4), adam(2e-4)");
        }
        served.addAll(parameters);
    }

    /** One step: moves each parameter that has a gradient and is not frozen, then clears its gradient. */
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
     * @param step the number of this step; the first step is 1
     */
    abstract void update(Parameter parameter, float rate, long step);

    /** The names of the tensors in each parameter's memory, as in PyTorch; empty if there is no memory. */
    abstract List<String> memoryNames();

    /** The parameter's memory: tensors of the parameter's shape on its backend, filled with 0 at first. */
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
     * Saves to a checkpoint, or restores from it, the settings, the step count and the memory of each parameter.
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

    static float share(String what, double wanted) {
        float value = (float) wanted;
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(what + " must be at least 0 and less than 1; got " + value);
        }
        return value;
    }

    static float notNegative(String what, double wanted) {
        float value = (float) wanted;
        if (!(value >= 0)) {
            throw new IllegalArgumentException(what + " must be at least 0; got " + value);
        }
        return value;
    }

    static float positive(String what, double wanted) {
        float value = (float) wanted;
        if (!(value > 0)) {
            throw new IllegalArgumentException("a " + what + " limit must be above 0; got " + value);
        }
        return value;
    }
}
