package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.GaussianKl;
import io.github.grisaille.loss.Likelihood;
import io.github.grisaille.nn.DiagonalGaussian;
import io.github.grisaille.nn.Vae;
import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import tech.tablesaw.api.Table;

/**
 * Upper bounds of −log p(x) under a variational autoencoder, for held-out data, in nats per item; less is better. The
 * same seed gives the same codes, and so the same values.
 */
public final class VariationalBound {
    private static final int BATCH = 1000;
    /** The decoder's batch size for the importance-weighted bound. */
    private static final int ROWS = 2000;

    private final Vae vae;
    private final Likelihood likelihood;
    private final long seed;

    public VariationalBound(Vae vae, Likelihood likelihood, long seed) {
        this.vae = vae;
        this.likelihood = likelihood;
        this.seed = seed;
    }

    /**
     * The negative evidence lower bound (Kingma and Welling 2014, equation 3) and its parts.
     *
     * @param total the bound: reconstruction + divergence, in nats per item
     * @param reconstruction −log p(x | z), in nats per item
     * @param divergence KL(q(z | x) ‖ N(0, I)), in nats per item
     * @param divergenceOfDimension the divergence of each latent dimension; a collapsed one has about 0
     */
    public record Elbo(double total, double reconstruction, double divergence, double[] divergenceOfDimension)
            implements Tabular {
        /**
         * The number of active dimensions: those with more than 0.01 nats (Burda et al. 2016 use a similar threshold).
         */
        public int activeDimensions() {
            return (int) Arrays.stream(divergenceOfDimension)
                    .filter(nats -> nats > 0.01)
                    .count();
        }

        /** The bound, its parts and the number of active dimensions. */
        @Override
        public Table table() {
            return readings().table();
        }

        @Override
        public String toString() {
            return readings().toString();
        }

        private Readings readings() {
            return Readings.titled("negative evidence lower bound, in nats per item")
                    .add("bound", total)
                    .add("reconstruction", reconstruction)
                    .add("divergence", divergence)
                    .add("active dimensions of " + divergenceOfDimension.length, activeDimensions());
        }
    }

    /**
     * A mean over items with its standard error.
     *
     * @param mean nats per item
     * @param standardError the standard error of the mean; NaN for a single item
     */
    public record Estimate(double mean, double standardError) implements Tabular {
        /** The mean with its standard error. */
        @Override
        public Table table() {
            return Readings.titled("nats per item")
                    .add("bound", mean, standardError, "")
                    .table();
        }

        @Override
        public String toString() {
            return Double.isNaN(standardError)
                    ? String.format(Locale.ROOT, "%.2f nats per item", mean)
                    : String.format(Locale.ROOT, "%.2f ± %.2f nats per item", mean, standardError);
        }
    }

    /** The bound, with one sampled code per item for the reconstruction and the divergence in closed form. */
    public Elbo elbo(Dataset data) {
        RandomStream random = new RandomStream(seed, 0);
        double reconstruction = 0;
        double[] divergences = new double[vae.latent()];
        for (int from = 0; from < data.size(); from += BATCH) {
            Tensor x = data.items(from, Math.min(data.size(), from + BATCH), vae.backend());
            DiagonalGaussian q = vae.encode(x);
            for (float log :
                    likelihood.logOfItems(vae.decode(q.sample(random)), x).toArray()) {
                reconstruction -= log;
            }
            float[] own = GaussianKl.perDimension(q.mean(), q.logVariance(), x.backend())
                    .toArray();
            for (int j = 0; j < own.length; j++) {
                divergences[j] += (double) own[j] * x.axis(0);
            }
        }
        double divergence = 0;
        for (int j = 0; j < divergences.length; j++) {
            divergences[j] /= data.size();
            divergence += divergences[j];
        }
        reconstruction /= data.size();
        return new Elbo(reconstruction + divergence, reconstruction, divergence, divergences);
    }

    /**
     * The importance-weighted bound (Burda et al. 2016, equation 8): −log of the mean of p(x, z) / q(z | x) over {@code
     * samples} codes z from q. It falls to −log p(x) as the number of samples grows. With 1 sample it is the negative
     * evidence lower bound with a sampled divergence.
     */
    public Estimate importanceWeighted(Dataset data, int samples) {
        if (samples < 1) {
            throw new IllegalArgumentException(
                    "the importance-weighted bound needs at least 1 sample per item; got " + samples);
        }
        RandomStream random = new RandomStream(seed, 1);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < data.size(); i++) {
            double bound = -logMeanExp(logWeights(data.items(i, i + 1, vae.backend()), samples, random));
            sum += bound;
            squares += bound * bound;
        }
        double mean = sum / data.size();
        double variance = Math.max(0, squares / data.size() - mean * mean);
        return new Estimate(mean, data.size() == 1 ? Double.NaN : Math.sqrt(variance / (data.size() - 1)));
    }

    /** log p(x | z) + log p(z) − log q(z | x) for codes z of one item x. */
    private double[] logWeights(Tensor x, int samples, RandomStream random) {
        Backend backend = x.backend();
        DiagonalGaussian q = vae.encode(x);
        float[] mean = q.mean().toArray();
        float[] logVariance = q.logVariance().toArray();
        double[] weights = new double[samples];
        for (int from = 0; from < samples; from += ROWS) {
            int count = Math.min(ROWS, samples - from);
            int[] same = new int[count];
            Tensor noise = backend.empty(Shape.of(count, vae.latent()));
            backend.normal(random, 0, 1, noise);
            float[] epsilon = noise.toArray();
            float[] z = new float[epsilon.length];
            for (int i = 0; i < z.length; i++) {
                int j = i % mean.length;
                z[i] = (float) (mean[j] + Math.exp(logVariance[j] / 2) * epsilon[i]);
                // log N(z; 0, 1) − log N(z; mean, σ²): the 2π cancel
                weights[from + i / mean.length] +=
                        0.5 * ((double) epsilon[i] * epsilon[i] + logVariance[j] - (double) z[i] * z[i]);
            }
            Tensor copies = backend.empty(x.shape().withBatch(count));
            backend.gatherRows(x, same, copies);
            Tensor output = vae.decode(backend.tensor(z, noise.shape()));
            float[] logs = likelihood.logOfItems(output, copies).toArray();
            for (int i = 0; i < count; i++) {
                weights[from + i] += logs[i];
            }
        }
        return weights;
    }

    private static double logMeanExp(double[] logs) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double log : logs) {
            largest = Math.max(largest, log);
        }
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(log - largest);
        }
        return largest + Math.log(sum / logs.length);
    }
}
