package io.github.grisaille.tensor;

/**
 * Gives tensors to write to. A backend gives fresh memory; a pass gives memory that may be reused after the pass
 * closes.
 */
public interface Allocator {
    /** A tensor with undefined values. */
    Tensor empty(Shape shape);
}
