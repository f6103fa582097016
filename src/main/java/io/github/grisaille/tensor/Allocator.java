package io.github.grisaille.tensor;

/** Hands out tensors to be written: a backend (fresh memory) or a pass (memory that may be reused after it closes). */
public interface Allocator {
    /** A tensor whose values are not defined until it is written. */
    Tensor empty(Shape shape);
}
