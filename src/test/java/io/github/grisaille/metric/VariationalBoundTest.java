package io.github.grisaille.metric;

import static io.github.grisaille.nn.Layers.concat;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.Likelihood;
import io.github.grisaille.nn.Dense;
import io.github.grisaille.nn.Vae;
import io.github.grisaille.oracle.Samples;
import org.junit.jupiter.api.Test;

/**
 * One code, one value: x = w·z + N(0, σ²) with z from N(0, 1). Then x is N(0, w² + σ²), and the true posterior is N(w·x /
 * (w² + σ²), σ² / (w² + σ²)), which an encoder can be given exactly.
 */
class VariationalBoundTest {
    private static final double W = 1.5;
    private static final double SIGMA = 0.5;
    private static final double VARIANCE = W * W + SIGMA * SIGMA;

    private final ArrayDataset data = new ArrayDataset(Samples.normal(1, 2500).toArray(), 1);

    /** The encoder's mean is {@code slope} times the true posterior's. */
    private static Vae vae(double slope) {
        Dense mean = dense(1, 1);
        Dense logVariance = dense(1, 1);
        Dense decoder = dense(1, 1);
        mean.parameters().get(0).set((float) (slope * W / VARIANCE));
        logVariance.parameters().get(0).set(0);
        logVariance.parameters().get(1).set((float) Math.log(SIGMA * SIGMA / VARIANCE));
        decoder.parameters().get(0).set((float) W);
        return new Vae(sequential(concat(mean, logVariance)), 1, sequential(decoder));
    }

    private double exact() {
        double sum = 0;
        for (int i = 0; i < data.size(); i++) {
            double x = data.values(i)[0];
            sum += 0.5 * Math.log(2 * Math.PI * VARIANCE) + x * x / (2 * VARIANCE);
        }
        return sum / data.size();
    }

    @Test
    void withTheTruePosteriorEveryBoundIsExact() {
        VariationalBound bound = new VariationalBound(vae(1), Likelihood.gaussian((float) SIGMA), 1);
        assertThat(bound.importanceWeighted(data, 1).mean()).isCloseTo(exact(), within(1e-5));
        assertThat(bound.importanceWeighted(data, 7).mean()).isCloseTo(exact(), within(1e-5));
        VariationalBound.Elbo elbo = bound.elbo(data);
        // the reconstruction is sampled: its error falls with the number of items
        assertThat(elbo.total()).isCloseTo(exact(), within(0.05));
        assertThat(elbo.total()).isEqualTo(elbo.reconstruction() + elbo.divergence());
        assertThat(elbo.divergenceOfDimension()).containsExactly(elbo.divergence());
        assertThat(elbo.activeDimensions()).isEqualTo(1);
    }

    @Test
    void withAWrongOneMoreSamplesComeCloser() {
        VariationalBound bound = new VariationalBound(vae(0.5), Likelihood.gaussian((float) SIGMA), 1);
        double one = bound.importanceWeighted(data, 1).mean();
        double ten = bound.importanceWeighted(data, 10).mean();
        VariationalBound.Estimate thousand = bound.importanceWeighted(data, 3000);
        assertThat(one).isGreaterThan(exact() + 0.3);
        assertThat(ten).isBetween(exact(), one);
        assertThat(thousand.mean()).isCloseTo(exact(), within(0.02));
        assertThat(thousand.standardError()).isBetween(0.001, 0.05);
        assertThat(bound.elbo(data).total()).isCloseTo(one, within(0.2));
    }

    @Test
    void oneItemHasNoStandardError() {
        VariationalBound bound = new VariationalBound(vae(1), Likelihood.gaussian((float) SIGMA), 1);
        VariationalBound.Estimate estimate = bound.importanceWeighted(new ArrayDataset(new float[] {0.5f}, 1), 100);
        double exact = 0.5 * Math.log(2 * Math.PI * VARIANCE) + 0.25 / (2 * VARIANCE);
        assertThat(estimate.mean()).isCloseTo(exact, within(1e-5));
        assertThat(estimate.standardError()).isNaN();
    }

    @Test
    void refusesNoSamples() {
        VariationalBound bound = new VariationalBound(vae(1), Likelihood.gaussian(1), 1);
        assertThatThrownBy(() -> bound.importanceWeighted(data, 0))
                .hasMessage("the importance-weighted bound needs at least 1 sample per item; got 0");
    }
}
