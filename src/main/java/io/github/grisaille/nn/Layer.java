package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A differentiable function with parameters. A layer holds its parameters. A {@link Pass} holds what one forward leaves
 * for its backward. So one layer can have any number of open passes.
 *
 * <p>Read {@link Dense} next: it is a whole layer in a hundred lines.
 */
public interface Layer {
    /**
     * What messages and summaries call this layer, such as {@code Dense(100 → 128)}. Checkpoints store it, and training
     * resumes only where the stored name is the same. So a layer keeps its name even when its class is renamed.
     */
    String name();

    /**
     * The shape of the output for an input of this shape.
     *
     * @throws ShapeMismatchException if this layer cannot take such an input
     */
    Shape outputShape(Shape input);

    /**
     * What is known about the inputs that this layer can take, before there is an input. A network checks this when it
     * is made. It refuses layers that cannot follow each other.
     */
    default PartialShape takes() {
        return PartialShape.ANY;
    }

    /**
     * What is known about the output, given what is known about the input. A layer that keeps the shape returns the
     * input.
     *
     * @param input an input that {@link #takes} allows
     * @throws ShapeMismatchException if this layer cannot take such an input
     */
    default PartialShape makes(PartialShape input) {
        return PartialShape.ANY;
    }

    /**
     * What is known about the inputs that this layer takes, if its outputs have to fit as well. A layer that changes a
     * shape by a known amount can say more than {@link #takes}.
     *
     * @param output what the next layer takes
     */
    default PartialShape takes(PartialShape output) {
        return takes();
    }

    /**
     * The number of classes of the {@linkplain Pass#labels() labels} that this layer reads from the pass, or 0 if it reads
     * none. A composite layer answers for its parts. Trainers check this before the first step.
     */
    default int classes() {
        return 0;
    }

    /**
     * The range of the outputs, given the range of the inputs. By default it is unknown. A layer that passes values on
     * unchanged returns the range of its inputs.
     */
    default OutputRange outputRange(OutputRange input) {
        return OutputRange.unknown();
    }

    /**
     * Refuses a batch that this layer can predict but cannot be trained on. Batch normalisation, for example, needs
     * more than one value for a variance. Trainers call this before the first step. By default nothing is refused.
     *
     * @param input the shape of the input, with the batch as first axis
     * @throws ShapeMismatchException with the shape that was wanted
     */
    default void checkTrainingInput(Shape input) {}

    /**
     * Computes the output for an input. Both have the batch as first axis. It puts into the pass what backward will
     * need.
     *
     * @throws ShapeMismatchException if this layer cannot take such an input
     */
    Tensor forward(Tensor x, Pass pass);

    /**
     * The chain rule through the forward of this pass. It adds to the gradients of the parameters, and returns the
     * gradient for the input. The first call after an optimiser's step replaces the old gradients of the parameters. It
     * can be called any number of times for one forward.
     *
     * @param dy the gradient for the output, of the output's shape
     * @return the gradient for the input, or null if only parameters are wanted
     * @throws IllegalStateException if the pass holds no forward of this layer
     */
    Tensor backward(Tensor dy, Pass pass, Wanted wanted);

    /**
     * The directional derivative of this pass's forward: how fast the output changes when the input moves along a
     * direction.
     *
     * @param direction of the input's shape
     * @return the tangent, of the output's shape
     * @throws UnsupportedOperationException if this layer has no tangent
     */
    default Tensor tangent(Tensor direction, Pass pass) {
        throw new UnsupportedOperationException(name() + " has no tangent");
    }

    /**
     * The chain rule through {@link #tangent}, for losses on an input gradient. Gradient penalties need it, since they
     * need second derivatives. It adds the gradients of Σ dy ⊙ tangent(direction) to the gradients of the parameters,
     * and returns the gradient for the forward's input x. The gradient for the direction is {@link #backward
     * backward(dy)}, because a tangent is linear in its direction.
     *
     * @param direction the direction in which the input moves, of the input's shape
     * @param dy the gradient for the tangent, of the output's shape
     * @return the gradient for x; null if only parameters are wanted, or if the tangent does not depend on x (the layer
     *     is linear or piecewise linear in x)
     * @throws UnsupportedOperationException if this layer has no such gradient
     */
    default Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        throw new UnsupportedOperationException(name()
                + " has no gradient of its tangent, which a gradient penalty needs: leave it out of the network");
    }

    /** The parameters that an optimiser trains, in a fixed order. */
    default List<Parameter> parameters() {
        return List.of();
    }

    /** What a layer remembers besides its parameters, such as running statistics, in a fixed order. */
    default List<Buffer> buffers() {
        return List.of();
    }

    /** All parameters and buffers by name, in a fixed order. A checkpoint must hold them. */
    default Map<String, State> state() {
        Map<String, State> state = new LinkedHashMap<>();
        parameters().forEach(parameter -> state.put(parameter.name(), parameter));
        buffers().forEach(buffer -> state.put(buffer.name(), buffer));
        return state;
    }

    /** Whether the layer has a parameter that is not frozen. */
    default boolean trainable() {
        return parameters().stream().anyMatch(parameter -> !parameter.frozen());
    }

    /** The number of values that all parameters hold. */
    default long parameterCount() {
        return parameters().stream()
                .mapToLong(parameter -> parameter.shape().size())
                .sum();
    }

    /** Moves parameters and buffers to a backend. */
    default void to(Backend backend) {
        parameters().forEach(parameter -> parameter.to(backend));
        buffers().forEach(buffer -> buffer.to(backend));
    }
}
