package io.github.grisaille.backend;

import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.Tensor;

/** The part of a backend that checks that tensors are its own, and that it is open. */
abstract class OwnershipCheck implements Backend {
    /**
     * Called before a tensor is used.
     *
     * @throws IllegalStateException if the backend was closed
     */
    protected void checkOpen() {}

    final void own(Tensor x) {
        if (x.storage().backend() != this) {
            throw new IllegalArgumentException("a tensor of shape " + x.shape() + " belongs to "
                    + x.backend().name() + " and was given to " + name()
                    + ": move it with tensor.to(backend), or the"
                    + " model with model.to(backend)");
        }
        checkOpen();
    }

    final void own(Tensor x, Tensor y) {
        own(x);
        own(y);
    }

    final void own(Tensor x, Tensor y, Tensor z) {
        own(x, y);
        own(z);
    }

    final void own(Moments moments) {
        own(moments.mean(), moments.variance());
    }

    final void own(Affine affine) {
        own(affine.gain(), affine.shift());
    }

    final void ownIfPresent(Tensor x) {
        if (x != null) {
            own(x);
        }
    }
}
