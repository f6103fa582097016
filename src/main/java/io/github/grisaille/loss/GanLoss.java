package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/** The losses of the two players of a GAN, as functions of the discriminator's logits (or a critic's scores). */
public final class GanLoss {
    /** A loss towards one target for all. */
    private record Term(Loss loss, float target) {
        LossValue evaluate(Tensor logits, Allocator allocator) {
            Tensor everywhere = allocator.empty(Shape.of(1));
            logits.backend().fill(target, everywhere);
            return loss.evaluate(logits, everywhere, allocator);
        }
    }

    private final Term real;
    private final Term fake;
    private final Term generator;
    private final boolean probabilities;

    private GanLoss(Term real, Term fake, Term generator, boolean probabilities) {
        this.real = real;
        this.fake = fake;
        this.generator = generator;
        this.probabilities = probabilities;
    }

    /**
     * D minimises −log D(x) − log(1 − D(G(z))), G minimises −log D(G(z)), where D is the sigmoid of the logit
     * (Goodfellow et al. 2014, section 3).
     */
    public static GanLoss nonSaturating() {
        Loss loss = Losses.binaryCrossEntropyOnLogits();
        return new GanLoss(new Term(loss, 1), new Term(loss, 0), new Term(loss, 1), true);
    }

    /** D's scores are pulled to 1 for real and 0 for fake, G's to 1, by ½(score − target)² (Mao et al. 2017). */
    public static GanLoss leastSquares() {
        Loss loss = Losses.leastSquares();
        return new GanLoss(new Term(loss, 1), new Term(loss, 0), new Term(loss, 1), false);
    }

    /** D's scores are pushed over 1 for real and under −1 for fake; G raises its score (Lim and Ye 2017). */
    public static GanLoss hinge() {
        Loss loss = Losses.hinge();
        return new GanLoss(new Term(loss, 1), new Term(loss, -1), new Term(Losses.wasserstein(), 1), false);
    }

    /** The critic raises real scores and lowers fake ones, G raises its own; the critic must be Lipschitz (Arjovsky et al. 2017). */
    public static GanLoss wasserstein() {
        Loss loss = Losses.wasserstein();
        return new GanLoss(new Term(loss, 1), new Term(loss, -1), new Term(loss, 1), false);
    }

    /** The discriminator's loss on a batch of real items. */
    public LossValue onReal(Tensor logits, Allocator allocator) {
        return real.evaluate(logits, allocator);
    }

    /** The discriminator's loss on a batch of fakes. */
    public LossValue onFake(Tensor logits, Allocator allocator) {
        return fake.evaluate(logits, allocator);
    }

    /** The generator's loss on a batch of its fakes. */
    public LossValue onGenerated(Tensor logits, Allocator allocator) {
        return generator.evaluate(logits, allocator);
    }

    /** Whether the sigmoid of a logit is a probability under this loss; scores of the other losses are no probabilities. */
    public boolean probabilities() {
        return probabilities;
    }
}
