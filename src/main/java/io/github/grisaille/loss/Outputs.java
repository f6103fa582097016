package io.github.grisaille.loss;

import io.github.grisaille.nn.OutputRange;

/** What a loss takes a network's outputs for. */
public enum Outputs {
    /** Any numbers: nothing is refused. */
    ANY("any numbers", ""),
    /** Probabilities, from 0 to 1. */
    PROBABILITIES(
            "probabilities, from 0 to 1",
            "end the network in sigmoid(), or in no activation and take binaryCrossEntropyOnLogits()"),
    /** Logits of probabilities: the sigmoid is part of the loss. */
    LOGITS(
            "logits, which can be any number: the sigmoid is part of the loss",
            "leave that layer out, so that the network ends in the layer before it"),
    /** Logits of classes: the softmax is part of the loss. */
    CLASS_LOGITS(
            "logits of classes, which have no bounds: the softmax is part of the loss",
            "leave that layer out, so that the network ends in the layer before it"),
    /** A critic's scores, which the loss pushes up and down without bounds. */
    SCORES("scores, which can be any number", "leave that layer out, so that the network ends in the layer before it");

    private final String wanted;
    private final String cure;

    Outputs(String wanted, String cure) {
        this.wanted = wanted;
        this.cure = cure;
    }

    /**
     * Refuses a network that ends in an activation that does not fit. Where nothing is known of a network's outputs, nothing
     * is refused.
     *
     * @param network what the message calls it, such as {@code the discriminator}
     * @throws IllegalArgumentException that names the layer and the cure
     */
    public void check(String network, OutputRange range) {
        if (range.known() && !fits(range)) {
            throw new IllegalArgumentException(network + " ends in " + range.by() + ", whose outputs are " + range
                    + ", and this loss takes " + wanted + "; " + cure);
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
