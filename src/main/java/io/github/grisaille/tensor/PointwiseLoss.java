package io.github.grisaille.tensor;

/** Losses that compare a prediction p with a target t value by value. */
public enum PointwiseLoss {
    /** (p − t)²; gradient 2(p − t). */
    SQUARED,
    /** |p − t|; gradient sign(p − t), 0 at 0. */
    ABSOLUTE,
    /** −t log p − (1 − t) log(1 − p), with logarithms of at least −100, as in PyTorch; p is between 0 and 1. */
    BINARY_CROSS_ENTROPY,
    /**
     * Binary cross-entropy for p = sigmoid(x) with the logit x: max(x, 0) − x·t + log(1 + e^−|x|); gradient sigmoid(x)
     * − t.
     */
    BINARY_CROSS_ENTROPY_ON_LOGITS,
    /** max(0, 1 − t·p), with t = 1 or −1. */
    HINGE,
    /** −t·p, with t = 1 or −1. */
    WASSERSTEIN
}
