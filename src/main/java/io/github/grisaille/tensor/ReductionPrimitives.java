package io.github.grisaille.tensor;

/** Primitives that reduce many values to few. */
public interface ReductionPrimitives {
    /** total = Σ x, one value. */
    void sum(Tensor x, Tensor total);

    /** least = the least value of x, one value. It is NaN if x holds a NaN. */
    void minimum(Tensor x, Tensor least);

    /** greatest = the greatest value of x, one value. It is NaN if x holds a NaN. */
    void maximum(Tensor x, Tensor greatest);

    /** total (+)= Σ x², one value. */
    void sumOfSquares(Tensor x, Write write, Tensor total);

    /** y[n] = Σ a[n] ⊙ b[n], one value for each item. */
    void itemDots(Tensor a, Tensor b, Tensor y);

    /** sums (+)= the sum of each column of x. */
    void columnSums(Tensor x, Write write, Tensor sums);

    /** Writes {@code step} into {@code flags[slot]} if x holds a NaN or an infinity and the flag is still 0. */
    void flagNonFinite(Tensor x, int step, int slot, Tensor flags);
}
