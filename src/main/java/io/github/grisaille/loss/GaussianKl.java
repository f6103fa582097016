package io.github.grisaille.loss;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * The divergence KL(N(mean, e^logVariance) ‖ N(0, 1)) of a diagonal Gaussian, ½ Σ (mean² + e^logVariance − 1 −
 * logVariance) over latent dimensions, averaged over the batch (Kingma and Welling 2014, appendix B).
 *
 * <p>Gradients: mean / batch, and ½(e^logVariance − 1) / batch.
 *
 * @param value one value, in nats
 */
public record GaussianKl(Tensor value, Tensor meanGradient, Tensor logVarianceGradient) {
    /**
     * @param mean of (batch, latent)
     * @param logVariance of the same shape
     */
    public static GaussianKl evaluate(Tensor mean, Tensor logVariance, Allocator allocator) {
        if (!mean.shape().equals(logVariance.shape())) {
            throw new IllegalArgumentException("means and log-variances have one shape: the means are " + mean.shape()
                    + " and the log-variances " + logVariance.shape());
        }
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
}
