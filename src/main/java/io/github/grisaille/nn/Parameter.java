package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/**
 * Values that an optimiser trains, with their gradient.
 *
 * <p>The values are drawn when they are first needed, unless {@link #initialize} was called before. The first gradient
 * after an optimiser's step replaces the old one. Later gradients are added to it.
 */
public final class Parameter extends State {
    /** The role of a parameter. Initialisers treat the roles differently. */
    public enum Role {
        /** What a linear map multiplies by. */
        WEIGHT,
        /** What a linear map adds. */
        BIAS,
        /** What multiplies the result of a normalisation. */
        GAIN,
        /** What is added to the result of a normalisation. */
        SHIFT
    }

    /** Writes a gradient: it adds to the old values or replaces them. */
    @FunctionalInterface
    public interface GradientWriter {
        void write(Write write, Tensor gradient);
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

    /** Draws the values with the layer's own initialiser. */
    public void initialize(RandomStream random) {
        initialize(initializer, random);
    }

    /** Draws the values with another initialiser. */
    public void initialize(Initializer rule, RandomStream random) {
        if (value == null) {
            value = Backend.cpu().empty(shape());
        }
        rule.fill(this, random);
    }

    /**
     * Sets the stream from which the values are drawn at their first use. It has no effect if a stream is set already,
     * or if the values exist.
     */
    void drawFrom(RandomStream random) {
        if (stream == null) {
            stream = random;
        }
    }

    /**
     * Synchronised: if several threads use a new network at the same time, the values are drawn once, and every thread
     * sees all of them.
     */
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

    /** Whether backward has written a gradient since the last optimiser's step. */
    public boolean hasGradient() {
        return hasGradient;
    }

    /** The gradient. It is all zeros if there was no backward since the last optimiser's step. */
    public Tensor gradient() {
        if (gradient == null) {
            gradient = value().backend().empty(shape());
        }
        if (!hasGradient) {
            gradient.backend().fill(0, gradient);
        }
        return gradient;
    }

    /** Calls the writer of a layer's gradient, unless this parameter is frozen. */
    public void accumulate(GradientWriter writer) {
        if (frozen) {
            return;
        }
        if (gradient == null) {
            gradient = value().backend().empty(shape());
        }
        writer.write(hasGradient ? Write.ADD : Write.REPLACE, gradient);
        hasGradient = true;
    }

    /** Marks the gradient as used, so the next one replaces it. Optimisers call this after their step. */
    public void clearGradient() {
        hasGradient = false;
    }

    /** Whether the parameter is frozen. A frozen parameter gets no gradient, and optimisers do not change it. */
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
