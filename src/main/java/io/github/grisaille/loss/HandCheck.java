package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;

/**
 * Checks the values given to a loss, but only if the loss is called by hand. Then the allocator is a backend. In a
 * training step the allocator is a pass, and nothing is checked: reading values would have to wait for the device.
 */
final class HandCheck {
    /** Refuses some of the values. */
    interface Check {
        void of(float[] values);
    }

    private HandCheck() {}

    /** The values of a tensor that a user gives when a loss is made, such as weights. */
    static float[] values(Tensor tensor) {
        return tensor.toArray();
    }

    /** The extent of the last axis; 1 for a scalar. */
    static int columns(Tensor targets) {
        return targets.shape().rank() == 0 ? 1 : targets.axis(-1);
    }

    static void check(Tensor tensor, Allocator allocator, Check check) {
        if (allocator instanceof Backend) {
            check.of(tensor.toArray());
        }
    }
}
