package io.github.grisaille.loss;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
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
        Tensor divergence = perDimension(mean, logVariance, allocator);
        // the slope of max(free, divergence), 1 or 0
        Tensor slope = allocator.empty(divergence.shape());
        backend.step(divergence, free, slope);
        backend.multiplyBroadcast(plain.meanGradient, slope, plain.meanGradient);
        backend.multiplyBroadcast(plain.logVarianceGradient, slope, plain.logVarianceGradient);
        backend.clamp(divergence, free, Float.POSITIVE_INFINITY, divergence);
        backend.sum(divergence, plain.value);
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
        Tensor variance = allocator.empty(mean.shape());
        backend.multiply(mean, mean, terms);
        backend.activate(EXP, logVariance, variance);
        backend.add(terms, variance, terms);
        backend.subtract(terms, logVariance, terms);
        Tensor divergence = allocator.empty(Shape.of(mean.axis(1)));
        backend.columnSums(terms, Write.REPLACE, divergence);
        backend.scale(divergence, 0.5f / batch, divergence);
        backend.shift(divergence, -0.5f, divergence);
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
