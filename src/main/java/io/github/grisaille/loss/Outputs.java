package io.github.grisaille.loss;

import io.github.grisaille.nn.OutputRange;

/** The outputs that a loss expects from a network. */
public enum Outputs {
    /** Any numbers. */
    ANY("any numbers", ""),
    /** Probabilities, from 0 to 1. */
    PROBABILITIES(
            "probabilities, from 0 to 1",
            "end the network in sigmoid(), or with no activation and use binaryCrossEntropyOnLogits()"),
    /** Logits of probabilities; the sigmoid is part of the loss. */
    LOGITS("logits, which can be any number (the sigmoid is part of the loss)", "remove that layer"),
    /** Logits of classes; the softmax is part of the loss. */
    CLASS_LOGITS("logits of classes, which have no bounds (the softmax is part of the loss)", "remove that layer"),
    /** A critic's scores, which have no bounds. */
    SCORES("scores, which can be any number", "remove that layer");

    private final String wanted;
    private final String cure;

    Outputs(String wanted, String cure) {
        this.wanted = wanted;
        this.cure = cure;
    }

    /**
     * Refuses a network whose last activation does not fit. If the range of the outputs is not known, nothing is
     * refused.
     *
     * @param network the name in the message, such as {@code the discriminator}
     * @param range the range of the network's outputs
     * @throws IllegalArgumentException if the range does not fit; the message names the layer and says what to do
     */
    public void check(String network, OutputRange range) {
        if (range.known() && !fits(range)) {
            throw new IllegalArgumentException(network + " ends in " + range.by() + ", whose outputs are " + range
                    + ", but this loss needs " + wanted + ": " + cure);
        }
    }

    private boolean fits(OutputRange range) {
        return switch (this) {
            case ANY -> true;
            case PROBABILITIES -> range.within(0, 1);
            case LOGITS, SCORES -> range.reaches(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
            case CLASS_LOGITS -> range.low() == Float.NEGATIVE_INFINITY || range.high() == Float.POSITIVE_INFINITY;
        };
    }
}
