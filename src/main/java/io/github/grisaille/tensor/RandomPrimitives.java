package io.github.grisaille.tensor;

/** Random numbers. The same stream at the same position gives the same words on every backend. */
public interface RandomPrimitives {
    /** Uniform values from low (included) to high (excluded, but rounding can reach it). */
    void uniform(RandomStream random, float low, float high, Tensor y);

    /** Normal values with this mean and this standard deviation. */
    void normal(RandomStream random, float mean, float deviation, Tensor y);

    /**
     * y = 1 with this probability, and 0 otherwise. The words of the stream are used as in {@link #dropout} with a rate of 1
     * − probability: y is 1 where dropout keeps the value.
     */
    void bernoulli(RandomStream random, float probability, Tensor y);

    /**
     * y = x / (1 − rate) with probability 1 − rate, and 0 otherwise. {@code mask} receives the factor of each value: 1
     * / (1 − rate) or 0.
     */
    void dropout(RandomStream random, float rate, Tensor x, Tensor mask, Tensor y);
}
