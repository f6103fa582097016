package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A differentiable function with parameters. A layer holds its parameters; a {@link Pass} holds what one forward
 * leaves for its backward, so one layer can have any number of passes open at a time.
 */
public interface Layer {
    /**
     * What messages and summaries call this layer, such as {@code Dense(100 → 128)}. A checkpoint stores it, and a training
     * goes on only where the names are the same. So the name of a layer stays, even when its class gets another name.
     */
    String name();

    /**
     * The shape of the output for an input of this shape.
     *
     * @throws ShapeMismatchException if this layer cannot take such an input
     */
    Shape outputShape(Shape input);

    /**
     * What is known of the inputs that this layer can take, before there is one. A network refuses layers that cannot
     * follow each other where it is made.
     */
    default PartialShape takes() {
        return PartialShape.ANY;
    }

    /**
     * What is known of the output, by what is known of the input. A layer that keeps shapes returns the input.
     *
     * @param input no other than {@link #takes} says
     * @throws ShapeMismatchException if this layer cannot take such an input
     */
    default PartialShape makes(PartialShape input) {
        return PartialShape.ANY;
    }

    /**
     * The values that outputs can have, for inputs of a range; a layer that does not override this says nothing. A layer
     * that hands its inputs' values on returns the range that it got.
     */
    default OutputRange outputRange(OutputRange input) {
        return OutputRange.unknown();
    }

    /**
     * Refuses a batch that this layer cannot be trained on, though it can predict it: batch normalisation has no variance
     * of one value. Trainers ask before the first step. Nothing is refused unless overridden.
     *
     * @param input the shape of the input, with the batch as first axis
     * @throws ShapeMismatchException with what was wanted
     */
    default void checkTrainingInput(Shape input) {}

    /**
     * The output for an input, both with the batch as first axis; puts into the pass what backward will need.
     *
     * @throws ShapeMismatchException if this layer cannot take such an input
     */
    Tensor forward(Tensor x, Pass pass);

    /**
     * The chain rule through the forward of this pass: adds to the parameters' gradients (the first time after an
     * optimiser's step it replaces them), and returns the gradient for the input. It can be called any number of times
     * for one forward.
     *
     * @param dy the gradient for the output, of the output's shape
     * @return the gradient for the input, or null where only parameters are wanted
     * @throws IllegalStateException if the pass holds no forward of this layer
     */
    Tensor backward(Tensor dy, Pass pass, Wanted wanted);

    /**
     * The directional derivative of this pass's forward: how fast the output changes when the input moves along a
     * direction.
     *
     * @param direction of the input's shape
     * @return the tangent, of the output's shape
     * @throws UnsupportedOperationException if this layer has none
     */
    default Tensor tangent(Tensor direction, Pass pass) {
        throw new UnsupportedOperationException(name() + " has no tangent");
    }

    /**
     * The chain rule through {@link #tangent}, for losses on an input gradient (gradient penalties need second
     * derivatives). It adds the gradients of Σ dy ⊙ tangent(direction) to the parameters' gradients, and returns the
     * gradient for the forward's input x. The gradient for the direction is {@link #backward backward(dy)}, since a tangent
     * is linear in its direction.
     *
     * @param direction the direction that the input moves along, of the input's shape
     * @param dy the gradient for the tangent, of the output's shape
     * @return the gradient for x; null where only parameters are wanted, or where x does not matter since the layer is
     *     linear or piecewise linear in it
     * @throws UnsupportedOperationException if this layer has none
     */
    default Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        throw new UnsupportedOperationException(name()
                + " has no gradient of its tangent, which a gradient penalty needs: leave it out of the network");
    }

    /** The parameters that an optimiser trains, in a fixed order. */
    default List<Parameter> parameters() {
        return List.of();
    }

    /** What a layer remembers besides parameters, such as running statistics, in a fixed order. */
    default List<Buffer> buffers() {
        return List.of();
    }

    /** All parameters and buffers by name: what a checkpoint must hold, in a fixed order. */
    default Map<String, State> state() {
        Map<String, State> state = new LinkedHashMap<>();
        parameters().forEach(parameter -> state.put(parameter.name(), parameter));
        buffers().forEach(buffer -> state.put(buffer.name(), buffer));
        return state;
    }

    /** Whether any parameter is there and not frozen. */
    default boolean trainable() {
        return parameters().stream().anyMatch(parameter -> !parameter.frozen());
    }

    /** Moves parameters and buffers to a backend. */
    default void to(Backend backend) {
        parameters().forEach(parameter -> parameter.to(backend));
        buffers().forEach(buffer -> buffer.to(backend));
    }
}
