package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * The losses of the two players of a GAN, as functions of the discriminator's logits (or a critic's scores). Smoothing
 * and flipping change the labels that D learns from; G's loss stays.
 */
public final class GanLoss {
    private static final float LARGEST_SMOOTHING = 0.5f;

    /** A loss towards one target for all. */
    private record Term(PointwiseOf loss, float target) {
        LossValue evaluate(Tensor logits, Allocator allocator) {
            Tensor everywhere = allocator.empty(Shape.of(1));
            logits.backend().fill(target, everywhere);
            return loss.compute(logits, everywhere, allocator);
        }

        /** The same, where each item has another target instead with a probability. */
        LossValue evaluate(Tensor logits, float other, float probability, RandomStream random, Allocator allocator) {
            Backend backend = logits.backend();
            Tensor targets = allocator.empty(logits.shape());
            Tensor mask = allocator.empty(logits.shape());
            Tensor common = allocator.empty(logits.shape());
            // dropping values out of a constant makes 0 or constant / (1 − probability)
            backend.fill((target - other) * (1 - probability), common);
            backend.dropout(random, probability, common, mask, targets);
            backend.fill(other, common);
            backend.add(targets, common, targets);
            return loss.compute(logits, targets, allocator);
        }

        String name() {
            return loss.name() + ", towards " + target;
        }

        Term towards(float wanted) {
            return new Term(loss, wanted);
        }
    }

    /** What a score says: with labels 1 and 0, or with the signs 1 and −1. */
    private enum Scale {
        PROBABILITY,
        LABEL,
        SIGN
    }

    private final Term real;
    private final Term fake;
    private final Term generator;
    private final Scale scale;
    private final float flipped;

    private GanLoss(Term real, Term fake, Term generator, Scale scale, float flipped) {
        this.real = real;
        this.fake = fake;
        this.generator = generator;
        this.scale = scale;
        this.flipped = flipped;
    }

    private GanLoss(Term real, Term fake, Term generator, Scale scale) {
        this(real, fake, generator, scale, 0);
    }

    private static PointwiseOf mean(PointwiseLoss loss, float scale) {
        return Losses.pointwise(loss, Reduction.MEAN, scale);
    }

    /**
     * D minimises −log D(x) − log(1 − D(G(z))), where D is the sigmoid of the logit, and G minimises log(1 − D(G(z))):
     * the game as its value function says it (Goodfellow et al. 2014, equation 1). G's gradient for the logit is −D(G(z)),
     * which vanishes where D is sure that a fake is fake; hence {@link #nonSaturating}.
     */
    public static GanLoss minimax() {
        PointwiseOf loss = mean(PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS, 1);
        PointwiseOf opposed = mean(PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS, -1);
        return new GanLoss(new Term(loss, 1), new Term(loss, 0), new Term(opposed, 0), Scale.PROBABILITY);
    }

    /**
     * D minimises −log D(x) − log(1 − D(G(z))), G minimises −log D(G(z)), where D is the sigmoid of the logit
     * (Goodfellow et al. 2014, section 3).
     */
    public static GanLoss nonSaturating() {
        PointwiseOf loss = mean(PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS, 1);
        return new GanLoss(new Term(loss, 1), new Term(loss, 0), new Term(loss, 1), Scale.PROBABILITY);
    }

    /** D's scores are pulled to 1 for real and 0 for fake, G's to 1, by ½(score − target)² (Mao et al. 2017). */
    public static GanLoss leastSquares() {
        PointwiseOf loss = mean(PointwiseLoss.SQUARED, 0.5f);
        return new GanLoss(new Term(loss, 1), new Term(loss, 0), new Term(loss, 1), Scale.LABEL);
    }

    /** D's scores are pushed over 1 for real and under −1 for fake; G raises its score (Lim and Ye 2017). */
    public static GanLoss hinge() {
        PointwiseOf loss = mean(PointwiseLoss.HINGE, 1);
        Term raise = new Term(mean(PointwiseLoss.WASSERSTEIN, 1), 1);
        return new GanLoss(new Term(loss, 1), new Term(loss, -1), raise, Scale.SIGN);
    }

    /**
     * The critic raises real scores and lowers fake ones, G raises its own (Arjovsky et al. 2017). The critic must be
     * Lipschitz: {@linkplain io.github.grisaille.optim.Optimizer#clipWeights clip its weights}, or add a {@link
     * GradientPenalty}.
     */
    public static GanLoss wasserstein() {
        PointwiseOf loss = mean(PointwiseLoss.WASSERSTEIN, 1);
        return new GanLoss(new Term(loss, 1), new Term(loss, -1), new Term(loss, 1), Scale.SIGN);
    }

    /**
     * One-sided label smoothing: D is told that real items are real with probability 1 − amount only, so that it never
     * grows certain; fakes keep their 0 (Salimans et al. 2016, section 3.4).
     *
     * @param amount from 0 to 0.5; 0.1 is usual
     */
    public GanLoss smoothed(float amount) {
        return new GanLoss(real.towards(1 - smoothing(amount)), fake, generator, scale, flipped);
    }

    /** Two-sided label smoothing: 1 − amount for real items, and amount for fakes. */
    public GanLoss smoothedBothSides(float amount) {
        return new GanLoss(
                real.towards(1 - smoothing(amount)), fake.towards(smoothing(amount)), generator, scale, flipped);
    }

    private float smoothing(float amount) {
        if (scale == Scale.SIGN) {
            throw new IllegalStateException(
                    "smoothing moves the labels 1 and 0, and this loss has none: it pushes scores"
                            + " up and down; smooth minimax, nonSaturating or leastSquares");
        }
        if (!(amount >= 0 && amount <= LARGEST_SMOOTHING)) {
            throw new IllegalArgumentException("label smoothing is from 0 (none) to 0.5 (no difference left), and this"
                    + " one is " + amount + "; 0.1 is usual");
        }
        return amount;
    }

    /**
     * Label flipping: each item of D's batches has, with this probability, the label of the other side.
     *
     * @param probability from 0 to less than 0.5: at one half labels would say nothing
     */
    public GanLoss flipped(float probability) {
        if (!(probability >= 0 && probability < LARGEST_SMOOTHING)) {
            throw new IllegalArgumentException(
                    "labels are flipped with a probability from 0 to less than 0.5, where they"
                            + " would say nothing, and this one is " + probability);
        }
        return new GanLoss(real, fake, generator, scale, probability);
    }

    /**
     * The discriminator's loss on a batch of real items.
     *
     * @param random draws which labels are flipped; untouched where none are
     */
    public LossValue onReal(Tensor logits, RandomStream random, Allocator allocator) {
        return flipped == 0
                ? real.evaluate(logits, allocator)
                : real.evaluate(logits, fake.target, flipped, random, allocator);
    }

    /**
     * The discriminator's loss on a batch of fakes.
     *
     * @param random draws which labels are flipped; untouched where none are
     */
    public LossValue onFake(Tensor logits, RandomStream random, Allocator allocator) {
        return flipped == 0
                ? fake.evaluate(logits, allocator)
                : fake.evaluate(logits, real.target, flipped, random, allocator);
    }

    /** The generator's loss on a batch of its fakes. */
    public LossValue onGenerated(Tensor logits, Allocator allocator) {
        return generator.evaluate(logits, allocator);
    }

    /** Whether the sigmoid of a logit is a probability under this loss; scores of the other losses are no probabilities. */
    public boolean probabilities() {
        return scale == Scale.PROBABILITY;
    }

    /**
     * What this loss takes a discriminator's outputs for: logits, or scores. Least squares take any: its targets, 1 and 0, are
     * within reach of a sigmoid too, though a sigmoid's slope vanishes where D is sure, and the paper has none.
     */
    public Outputs outputs() {
        return switch (scale) {
            case PROBABILITY -> Outputs.LOGITS;
            case LABEL -> Outputs.ANY;
            case SIGN -> Outputs.SCORES;
        };
    }

    /** What this loss is, in words that tell it from others: each side's loss with its target, and the flipped labels. */
    public String name() {
        return "real " + real.name() + "; fake " + fake.name() + "; generated " + generator.name()
                + (flipped == 0 ? "" : "; flipped " + flipped);
    }

    /** The logit or score above which D takes an item for real: halfway between what real items and fakes are pulled to. */
    public float threshold() {
        return scale == Scale.LABEL ? 0.5f : 0;
    }
}
