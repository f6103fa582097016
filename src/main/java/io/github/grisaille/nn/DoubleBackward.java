package io.github.grisaille.nn;

import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The gradients of a loss that depends on a network's input gradient, as gradient penalties do. Other libraries call
 * this double backward, and differentiate the backward pass automatically. This class needs no second automatic
 * differentiation.
 *
 * <p>Let v be the input gradient that backward returns for dy, and let u be the loss's gradient for v. With the
 * network's Jacobian J, v = Jᵀ·dy and tangent(u) = J·u, so Σ u ⊙ v = Σ dy ⊙ tangent(u). The right-hand side is
 * differentiated layer by layer with {@link Layer#tangentGradient}, while u is held constant.
 */
final class DoubleBackward {
    private final Places places;

    DoubleBackward(Places places) {
        this.places = places;
    }

    /** See {@link Sequential#backwardThroughInputGradient}. */
    void throughInputGradient(Tensor dy, UnaryOperator<Tensor> loss, Pass pass) {
        Tensor[] gradients = gradients(dy, pass);
        throughTangents(loss.apply(gradients[0]), gradients, pass, Wanted.PARAMETERS);
    }

    /** See {@link Layer#tangentGradient}. */
    Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return throughTangents(direction, gradients(dy, pass), pass, wanted);
    }

    /** What backward hands from layer to layer: element i is the gradient for the input of layer i, the last one is dy. */
    private Tensor[] gradients(Tensor dy, Pass pass) {
        Tensor[] gradients = new Tensor[places.size() + 1];
        gradients[places.size()] = dy;
        for (int i = places.size() - 1; i >= 0; i--) {
            gradients[i] = places.layer(i).backward(gradients[i + 1], places.scope(i, pass), Wanted.INPUT);
        }
        pass.recycleInner(List.of(gradients), dy, null);
        return gradients;
    }

    /** What tangent hands from layer to layer: element i is the direction in which the input of layer i moves. */
    private Tensor[] directions(Tensor direction, Pass pass) {
        Tensor[] directions = new Tensor[places.size()];
        directions[0] = direction;
        for (int i = 1; i < directions.length; i++) {
            directions[i] = places.layer(i - 1).tangent(directions[i - 1], places.scope(i - 1, pass));
        }
        return directions;
    }

    /**
     * The chain rule through the tangents of all layers, from the last layer to the first. s is the gradient for a
     * layer's output. It is null until a layer's tangent depends on the layer's input.
     */
    private Tensor throughTangents(Tensor direction, Tensor[] gradients, Pass pass, Wanted wanted) {
        Tensor[] directions = directions(direction, pass);
        List<Tensor> inner = new ArrayList<>(List.of(directions));
        int end = wanted.input() ? 0 : places.firstTrainable();
        Tensor s = null;
        for (int i = places.size() - 1; i >= end; i--) {
            Wanted here = i > end ? wanted.andInput() : wanted;
            Pass scope = places.scope(i, pass);
            Tensor through = s == null ? null : places.layer(i).backward(s, scope, here);
            Tensor own = places.layer(i).tangentGradient(directions[i], gradients[i + 1], scope, here);
            s = sum(through, own, pass);
            Stream.of(through, own, s).filter(Objects::nonNull).forEach(inner::add);
        }
        Tensor result = wanted.input() ? s : null;
        pass.recycleInner(inner, direction, result);
        return result;
    }

    private static Tensor sum(Tensor a, Tensor b, Pass pass) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        Tensor total = pass.empty(a.shape());
        a.backend().add(a, b, total);
        return total;
    }
}
