package io.github.grisaille.nn;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * A batch of normal distributions with independent coordinates. The encoder of a variational autoencoder describes the
 * code of each item by one of them.
 *
 * @param mean of (batch, latent)
 * @param logVariance log σ² of (batch, latent), from −20 to 20
 */
public record DiagonalGaussian(Tensor mean, Tensor logVariance) {
    /** Log-variances are clamped to −20 … 20 (σ from 5e-5 to 2e4), so that e^logVariance stays finite. */
    public static final float LIMIT = 20;

    private static final Activation EXP = new Activation(Activation.Kind.EXP);

    /**
     * Splits an encoder's output: the first half of its columns are the means, the second half the log-variances.
     *
     * @param statistics of (batch, 2 · latent)
     */
    public static DiagonalGaussian of(Tensor statistics, Allocator allocator) {
        int latent = latent(statistics.shape());
        Backend backend = statistics.backend();
        Shape shape = Shape.of(statistics.axis(0), latent);
        Tensor mean = allocator.empty(shape);
        Tensor logVariance = allocator.empty(shape);
        backend.copyColumns(statistics, 0, mean, 0, latent);
        backend.copyColumns(statistics, latent, logVariance, 0, latent);
        backend.clamp(logVariance, -LIMIT, LIMIT, logVariance);
        return new DiagonalGaussian(mean, logVariance);
    }

    /** The number of latent coordinates in an encoder's output. */
    static int latent(Shape statistics) {
        if (statistics.rank() != 2 || statistics.axis(1) % 2 != 0) {
            throw new ShapeMismatchException(
                    "Reparameterize", statistics, "batch×(2·latent): means, then log-variances");
        }
        return statistics.axis(1) / 2;
    }

    /** σ = e^(½ logVariance). */
    Tensor deviation(Allocator allocator) {
        Tensor half = allocator.empty(mean.shape());
        Tensor deviation = allocator.empty(mean.shape());
        mean.backend().scale(logVariance, 0.5f, half);
        mean.backend().activate(EXP, half, deviation);
        return deviation;
    }

    /** A code for each item: mean + σ ⊙ ε with ε from N(0, I). */
    public Tensor sample(RandomStream random) {
        Backend backend = mean.backend();
        Tensor noise = backend.empty(mean.shape());
        backend.normal(random, 0, 1, noise);
        Tensor z = backend.empty(mean.shape());
        backend.multiply(deviation(backend), noise, z);
        backend.add(mean, z, z);
        return z;
    }
}
