package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Values that an optimiser trains, with their gradient.
 *
 * <p>The values are drawn when they are first asked for, unless {@link #initialize} came before. The first gradient
 * after an optimiser's step replaces the old one, later ones add to it.
 */
public final class Parameter extends State {
    /** What a parameter is for; initialisers treat them differently. */
    public enum Role {
        /** The factors of a linear map. */
        WEIGHT,
        /** What a linear map adds. */
        BIAS,
        /** The factors after a normalisation. */
        GAIN,
        /** What is added after a normalisation. */
        SHIFT
    }

    /** Writes a gradient, adding to what is there or replacing it. */
    @FunctionalInterface
    public interface GradientWriter {
        void write(boolean add, Tensor gradient);
    }

    private final Role role;
    private final int fanIn;
    private final int fanOut;
    private final Initializer initializer;
    private RandomStream stream;
    private Tensor value;
    private Tensor gradient;
    private boolean hasGradient;
    private boolean frozen;

    /**
     * @param fanIn the number of inputs that one output sums
     * @param fanOut the number of outputs that one input reaches
     */
    public Parameter(String name, Role role, Shape shape, int fanIn, int fanOut, Initializer initializer) {
        super(name, shape);
        this.role = role;
        this.fanIn = fanIn;
        this.fanOut = fanOut;
        this.initializer = initializer;
    }

    public Role role() {
        return role;
    }

    public int fanIn() {
        return fanIn;
    }

    public int fanOut() {
        return fanOut;
    }

    /** Draws the values by the layer's own initialiser. */
    public void initialize(RandomStream random) {
        initialize(initializer, random);
    }

    /** Draws the values by another initialiser than the layer's own. */
    public void initialize(Initializer rule, RandomStream random) {
        if (value == null) {
            value = Backend.cpu().empty(shape());
        }
        rule.fill(this, random);
    }

    /** Says where the values come from when they are first asked for, unless that is said already or they are there. */
    void drawFrom(RandomStream random) {
        if (stream == null) {
            stream = random;
        }
    }

    /** Synchronised, so that threads that first use a network at the same time find it drawn once and whole. */
    @Override
    public synchronized Tensor value() {
        if (value == null) {
            initialize(stream == null ? new RandomStream(0, 0) : stream);
        }
        return value;
    }

    @Override
    void replace(Tensor moved) {
        value = moved;
        gradient = gradient == null ? null : gradient.to(moved.backend());
    }

    /** Whether backward has written a gradient since the last step. */
    public boolean hasGradient() {
        return hasGradient;
    }

    /** The gradient; all zeros if there was no backward since the last step. */
    public Tensor gradient() {
        if (gradient == null) {
            gradient = value().backend().empty(shape());
        }
        if (!hasGradient) {
            gradient.backend().fill(0, gradient);
        }
        return gradient;
    }

    /** Lets a layer write its gradient, unless this parameter is frozen. */
    public void accumulate(GradientWriter writer) {
        if (frozen) {
            return;
        }
        if (gradient == null) {
            gradient = value().backend().empty(shape());
        }
        writer.write(hasGradient, gradient);
        hasGradient = true;
    }

    /** Says that the gradient is used up: the next one replaces it. Optimisers call this after their step. */
    public void clearGradient() {
        hasGradient = false;
    }

    /** A frozen parameter gets no gradient, and optimisers leave it alone. */
    public boolean frozen() {
        return frozen;
    }

    public void freeze() {
        frozen = true;
        hasGradient = false;
    }

    public void unfreeze() {
        frozen = false;
    }
}
