package io.github.grisaille.loss;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/**
 * The divergence KL(N(mean, e^logVariance) ‖ N(0, 1)) of a diagonal Gaussian: ½ Σ (mean² + e^logVariance − 1 −
 * logVariance), summed over the latent dimensions and averaged over the batch (Kingma and Welling 2014, appendix B).
 *
 * <p>Gradients: mean / batch for the mean, and ½(e^logVariance − 1) / batch for the log-variance.
 *
 * @param value the divergence (one value), in nats
 */
public record GaussianKl(Tensor value, Tensor meanGradient, Tensor logVarianceGradient) {
    private static final Activation EXP = new Activation(Activation.Kind.EXP);
    private static final Activation RELU = new Activation(Activation.Kind.RELU);

    /**
     * The divergence and its gradients.
     *
     * @param mean (batch, latent)
     * @param logVariance (batch, latent)
     */
    public static GaussianKl evaluate(Tensor mean, Tensor logVariance, Allocator allocator) {
        sameShape(mean, logVariance);
        GaussianKl result = new GaussianKl(
                allocator.empty(Shape.of(1)), allocator.empty(mean.shape()), allocator.empty(mean.shape()));
        mean.backend()
                .gaussianKl(
                        mean,
                        logVariance,
                        Reduction.SUM_PER_ITEM.factor(mean.shape()),
                        result.value,
                        result.meanGradient,
                        result.logVarianceGradient);
        return result;
    }

    /**
     * The divergence with free bits (Kingma et al. 2016, equation 13): the sum over the latent dimensions of max(free,
     * divergence of the dimension averaged over the batch). A dimension below {@code free} has no gradient.
     *
     * @param free nats per dimension, at least 0
     */
    public static GaussianKl withFreeBits(Tensor mean, Tensor logVariance, float free, Allocator allocator) {
        if (!(free >= 0 && free < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("free bits must be at least 0 nats and finite; got " + free);
        }
        GaussianKl plain = evaluate(mean, logVariance, allocator);
        Backend backend = mean.backend();
        int latent = mean.axis(1);
        // for each dimension: over = max(kl − free, 0), and its slope, 1 or 0
        Tensor over = perDimension(mean, logVariance, allocator);
        Tensor filled = allocator.empty(over.shape());
        backend.fill(-free, filled);
        backend.add(over, filled, over);
        Tensor slope = allocator.empty(over.shape());
        backend.fill(1, filled);
        backend.activateGradient(RELU, over, over, filled, slope);
        backend.multiply(over, slope, over);
        backend.sum(over, plain.value);
        Tensor total = allocator.empty(Shape.of(1));
        backend.fill(free * latent, total);
        backend.add(plain.value, total, plain.value);
        // the slope in every row of the batch
        Tensor ones = allocator.empty(Shape.of(mean.axis(0), 1));
        Tensor everywhere = allocator.empty(mean.shape());
        backend.fill(1, ones);
        backend.matmul(Factor.of(ones), Factor.of(slope.reshape(1, latent)), everywhere);
        backend.multiply(plain.meanGradient, everywhere, plain.meanGradient);
        backend.multiply(plain.logVarianceGradient, everywhere, plain.logVarianceGradient);
        return plain;
    }

    /**
     * The divergence of each latent dimension, averaged over the batch: (latent), in nats. A collapsed dimension has
     * about 0.
     */
    public static Tensor perDimension(Tensor mean, Tensor logVariance, Allocator allocator) {
        sameShape(mean, logVariance);
        Backend backend = mean.backend();
        int batch = mean.axis(0);
        Tensor terms = allocator.empty(mean.shape());
        Tensor part = allocator.empty(mean.shape());
        backend.multiply(mean, mean, terms);
        backend.activate(EXP, logVariance, part);
        backend.add(terms, part, terms);
        backend.scale(logVariance, -1, part);
        backend.add(terms, part, terms);
        Tensor divergence = allocator.empty(Shape.of(mean.axis(1)));
        backend.columnSums(terms, Write.REPLACE, divergence);
        backend.scale(divergence, 0.5f / batch, divergence);
        Tensor half = allocator.empty(divergence.shape());
        backend.fill(-0.5f, half);
        backend.add(divergence, half, divergence);
        return divergence;
    }

    private static void sameShape(Tensor mean, Tensor logVariance) {
        if (mean.shape().rank() != 2 || !mean.shape().equals(logVariance.shape())) {
            throw new IllegalArgumentException(
                    "means and log-variances must have the same shape, batch×latent; got means of " + mean.shape()
                            + " and log-variances of " + logVariance.shape());
        }
    }
}
