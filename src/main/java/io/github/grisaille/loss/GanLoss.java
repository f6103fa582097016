package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * The losses of the discriminator D and the generator G, as functions of D's logits (or of a critic's scores). Label
 * smoothing and label flipping change only D's labels, not G's loss.
 */
public final class GanLoss {
    private static final float LARGEST_SMOOTHING = 0.5f;
    private static final float EVEN_ODDS = 0.5f;

    /** A loss with the same target for all items. */
    private record Term(PointwiseOf loss, float target) {
        LossValue evaluate(Tensor logits, Allocator allocator) {
            Tensor everywhere = allocator.empty(Shape.of(1));
            logits.backend().fill(target, everywhere);
            return loss.compute(logits, everywhere, allocator);
        }

        /** The loss where each item has the other target with some probability. */
        LossValue evaluate(Tensor logits, float other, float probability, RandomStream random, Allocator allocator) {
            Backend backend = logits.backend();
            Tensor targets = allocator.empty(logits.shape());
            // 1 where an item keeps its target, else 0. Its label is other + (target − other) · (1 or 0)
            backend.bernoulli(random, 1 - probability, targets);
            backend.scale(targets, target - other, targets);
            backend.shift(targets, other, targets);
            return loss.compute(logits, targets, allocator);
        }

        String name() {
            return loss.name() + ", towards " + target;
        }

        Term towards(float wanted) {
            return new Term(loss, wanted);
        }
    }

    /**
     * What D's outputs mean: logits of probabilities, scores near labels 1 and 0, or scores with the signs 1 and −1.
     */
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
     * The minimax game (Goodfellow et al. 2014, equation 1): D minimises −log D(x) − log(1 − D(G(z))) and G minimises
     * log(1 − D(G(z))), where D(x) is the sigmoid of the logit. G's gradient with respect to the logit is −D(G(z)). It
     * vanishes where D is sure that a fake is fake; {@link #nonSaturating} avoids this.
     */
    public static GanLoss minimax() {
        PointwiseOf loss = mean(PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS, 1);
        PointwiseOf opposed = mean(PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS, -1);
        return new GanLoss(new Term(loss, 1), new Term(loss, 0), new Term(opposed, 0), Scale.PROBABILITY);
    }

    /**
     * The non-saturating loss (Goodfellow et al. 2014, section 3): D minimises −log D(x) − log(1 − D(G(z))) and G
     * minimises −log D(G(z)), where D(x) is the sigmoid of the logit.
     */
    public static GanLoss nonSaturating() {
        PointwiseOf loss = mean(PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS, 1);
        return new GanLoss(new Term(loss, 1), new Term(loss, 0), new Term(loss, 1), Scale.PROBABILITY);
    }

    /**
     * Least squares (Mao et al. 2017): ½(score − target)². D's targets are 1 for real items and 0 for fakes; G's target
     * is 1.
     */
    public static GanLoss leastSquares() {
        PointwiseOf loss = mean(PointwiseLoss.SQUARED, 0.5f);
        return new GanLoss(new Term(loss, 1), new Term(loss, 0), new Term(loss, 1), Scale.LABEL);
    }

    /**
     * The hinge loss (Lim and Ye 2017): D pushes scores above 1 for real items and below −1 for fakes; G raises the
     * scores of its fakes.
     */
    public static GanLoss hinge() {
        PointwiseOf loss = mean(PointwiseLoss.HINGE, 1);
        Term raise = new Term(mean(PointwiseLoss.WASSERSTEIN, 1), 1);
        return new GanLoss(new Term(loss, 1), new Term(loss, -1), raise, Scale.SIGN);
    }

    /**
     * The Wasserstein loss (Arjovsky et al. 2017): the critic raises the scores of real items and lowers those of
     * fakes; G raises the scores of its fakes. The critic must be Lipschitz: {@linkplain
     * io.github.grisaille.optim.Optimizer#clipWeights clip its weights} or add a {@link GradientPenalty}.
     */
    public static GanLoss wasserstein() {
        PointwiseOf loss = mean(PointwiseLoss.WASSERSTEIN, 1);
        return new GanLoss(new Term(loss, 1), new Term(loss, -1), new Term(loss, 1), Scale.SIGN);
    }

    /**
     * One-sided label smoothing (Salimans et al. 2016, section 3.4): the label of real items is 1 − amount, so that D
     * never becomes certain; the label of fakes stays 0.
     *
     * @param amount from 0 to 0.5; 0.1 is usual
     */
    public GanLoss smoothed(float amount) {
        return new GanLoss(real.towards(1 - smoothing(amount)), fake, generator, scale, flipped);
    }

    /** Two-sided label smoothing: the label is 1 − amount for real items and {@code amount} for fakes. */
    public GanLoss smoothedBothSides(float amount) {
        return new GanLoss(
                real.towards(1 - smoothing(amount)), fake.towards(smoothing(amount)), generator, scale, flipped);
    }

    private float smoothing(float amount) {
        if (scale == Scale.SIGN) {
            throw new IllegalStateException(
                    "label smoothing changes the labels 1 and 0, but this loss has no labels: use minimax,"
                            + " nonSaturating or leastSquares");
        }
        if (!(amount >= 0 && amount <= LARGEST_SMOOTHING)) {
            throw new IllegalArgumentException("label smoothing must be from 0 (none) to 0.5 (both labels equal);"
                    + " got " + amount + "; 0.1 is usual");
        }
        return amount;
    }

    /**
     * Label flipping: with this probability an item in D's batches gets the label of the other class.
     *
     * @param probability at least 0 and less than 0.5; with 0.5 the labels would carry no information
     */
    public GanLoss flipped(float probability) {
        if (!(probability >= 0 && probability < EVEN_ODDS)) {
            throw new IllegalArgumentException(
                    "the probability of a flipped label must be at least 0 and less than 0.5;" + " got " + probability);
        }
        return new GanLoss(real, fake, generator, scale, probability);
    }

    /**
     * The discriminator's loss on a batch of real items.
     *
     * @param random decides which labels are flipped; not used if the probability is 0
     */
    public LossValue onReal(Tensor logits, RandomStream random, Allocator allocator) {
        return flipped == 0
                ? real.evaluate(logits, allocator)
                : real.evaluate(logits, fake.target, flipped, random, allocator);
    }

    /**
     * The discriminator's loss on a batch of fakes.
     *
     * @param random decides which labels are flipped; not used if the probability is 0
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

    /** Whether the sigmoid of D's output is a probability under this loss. */
    public boolean probabilities() {
        return scale == Scale.PROBABILITY;
    }

    /**
     * The outputs that this loss expects from the discriminator: logits or scores. Least squares accepts any outputs,
     * because a sigmoid reaches its targets 1 and 0 too. The paper uses no sigmoid, whose slope vanishes where D is
     * sure.
     */
    public Outputs outputs() {
        return switch (scale) {
            case PROBABILITY -> Outputs.LOGITS;
            case LABEL -> Outputs.ANY;
            case SIGN -> Outputs.SCORES;
        };
    }

    /**
     * A name that is different for different losses: the loss and the target of each part, and the share of flipped
     * labels.
     */
    public String name() {
        return "real " + real.name() + "; fake " + fake.name() + "; generated " + generator.name()
                + (flipped == 0 ? "" : "; flipped " + flipped);
    }

    /**
     * The logit or score above which D takes an item for real: the middle between the targets of real items and fakes.
     */
    public float threshold() {
        return scale == Scale.LABEL ? 0.5f : 0;
    }
}
