package io.github.grisaille.tensor;

/**
 * Primitives that repeat a small operand over a larger one, and the sum that is the gradient of this.
 *
 * <p>{@link #addBroadcast} and {@link #multiplyBroadcast} follow NumPy's rule. The shapes of a and b are aligned at the last
 * axis. Axes that one of them does not have, and axes where its extent is 1, are repeated. For example, 8×4×4×3 and 3 make
 * 8×4×4×3, and 8×1 and 5 make 8×5. See {@link Shape#broadcast}.
 */
public interface BroadcastPrimitives {
    /** y = a + b, where a and b are repeated. In place is allowed where an operand has the shape of y. */
    void addBroadcast(Tensor a, Tensor b, Tensor y);

    /** y = a ⊙ b, where a and b are repeated. In place is allowed where an operand has the shape of y. */
    void multiplyBroadcast(Tensor a, Tensor b, Tensor y);

    /**
     * y = x, repeated along the axes where x has the extent 1 or no axis. The shapes of x and y are aligned at the last
     * axis, and other extents are alike. It is the gradient of {@link #sumOver}: {@code repeat(dy, dx)}.
     */
    void repeat(Tensor x, Tensor y);

    /**
     * y = share ⊙ a + (1 − share) ⊙ b. a, b and y have one size. The share has one value for all, one for each item, or one
     * for each value. In place allowed.
     */
    void blend(Tensor a, Tensor b, Tensor share, Tensor y);

    /**
     * y (+)= Σ x over the axes where y has the extent 1 or no axis. The shapes of x and y are aligned at the last axis, and
     * other extents are alike. So the gradient of an operand that was repeated is {@code sumOver(dy, write, dOperand)}. The
     * order of the additions is fixed.
     */
    void sumOver(Tensor x, Write write, Tensor y);
}
