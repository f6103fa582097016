package io.github.grisaille.metric;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModeCoverageTest {
    private static final int SAMPLES = 2500;
    private static final int MANY = 50_000;

    /** Equally likely modes with noise of a deviation around their centres. */
    private static Tensor mixture(int samples, double[][] centres, double deviation, long seed) {
        RandomStream random = new RandomStream(seed, 1);
        Tensor noise = Backend.cpu().empty(Shape.of(samples, 2));
        Backend.cpu().normal(random, 0, 1, noise);
        float[] values = noise.toArray();
        for (int i = 0; i < samples; i++) {
            double[] centre = centres[random.nextInt(centres.length)];
            values[2 * i] = (float) (centre[0] + deviation * values[2 * i]);
            values[2 * i + 1] = (float) (centre[1] + deviation * values[2 * i + 1]);
        }
        return Tensor.of(values, samples, 2);
    }

    private static Tensor spray(double half, long seed) {
        Tensor samples = Backend.cpu().empty(Shape.of(SAMPLES, 2));
        Backend.cpu().uniform(new RandomStream(seed, 2), (float) -half, (float) half, samples);
        return samples;
    }

    private static double[][] ring() {
        double[][] centres = new double[8][];
        for (int i = 0; i < 8; i++) {
            centres[i] = new double[] {2 * Math.cos(Math.PI * i / 4), 2 * Math.sin(Math.PI * i / 4)};
        }
        return centres;
    }

    private static double[][] grid() {
        double[][] centres = new double[25][];
        for (int i = 0; i < 25; i++) {
            centres[i] = new double[] {2 * (i / 5) - 4, 2 * (i % 5) - 4};
        }
        return centres;
    }

    /** Two modes, σ 1: four samples near the first, one near the second, one astray. */
    @Test
    void byHand() {
        double[][] centres = {{0, 0}, {100, 0}};
        Tensor samples = Tensor.of(new float[] {1, 0, -1, 0, 1, 2, -1, 2, 103, 0, 50, 0}, 6, 2);
        ModeCoverage coverage = ModeCoverage.of(samples, centres, 1, 0.2);
        assertThat(coverage.modes()).isEqualTo(2);
        assertThat(coverage.loose()).isEqualTo(2);
        assertThat(coverage.strict()).isEqualTo(1);
        assertThat(coverage.highQuality()).isEqualTo(5 / 6.0);
        // around their mean (0, 1) the four lie 1 away on each axis: 8 squares over 2 · 3 degrees of freedom
        assertThat(coverage.deviationRatio()).isCloseTo(Math.sqrt(8 / 6.0), within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void realSamplesCoverAll(long seed) {
        ModeCoverage onRing = ModeCoverage.ofRing(mixture(MANY, ring(), 0.02, seed));
        ModeCoverage onGrid = ModeCoverage.ofGrid(mixture(MANY, grid(), 0.05, seed));
        assertThat(onRing.strict()).isEqualTo(8);
        assertThat(onGrid.strict()).isEqualTo(25);
        for (ModeCoverage coverage : new ModeCoverage[] {onRing, onGrid}) {
            // 1 − e^(−9/2), and four of its standard errors
            assertThat(coverage.highQuality()).isCloseTo(0.98889, within(0.0019));
            // the root of 1 − (9/2) e^(−9/2) / (1 − e^(−9/2))
            assertThat(coverage.deviationRatio()).isCloseTo(0.9744, within(0.01));
        }
    }

    /** One sample of eight is a strict mode then, and a strict count is no better than a loose one. */
    @Test
    void aGeneratorIsMeasuredByItsSamples() {
        Sequential generator = sequential(dense(2, 2)).initialize(1);
        assertThat(ModeCoverage.ofRing(generator, 50, 3)).isEqualTo(ModeCoverage.ofRing(generator.sample(50, 3)));
        assertThat(ModeCoverage.ofGrid(generator, 50, 3)).isEqualTo(ModeCoverage.ofGrid(generator.sample(50, 3)));
    }

    @Test
    void fewSamplesAreSaid() {
        ModeCoverage eight = ModeCoverage.ofRing(mixture(8, ring(), 0.02, 1));
        assertThat(eight.strict()).isEqualTo(eight.loose());
        assertThat(eight.note())
                .isEqualTo("with 8 samples, 1 in a mode make it strict, and outliers can do this; use at least 500"
                        + " samples");
        assertThat(eight.toString()).endsWith(eight.note());
        assertThat(ModeCoverage.ofRing(mixture(500, ring(), 0.02, 1)).note()).isEmpty();
        assertThat(ModeCoverage.ofGrid(mixture(1000, grid(), 0.05, 1)).note()).contains("use at least 1,250");
    }

    /** Why the loose count misleads. */
    @Test
    void anEvenSprayHitsMostModesAndCoversNone() {
        assertThat(meanLoose(seed -> ModeCoverage.ofGrid(spray(5, seed)))).isCloseTo(20.7, within(0.4));
        assertThat(meanLoose(seed -> ModeCoverage.ofRing(spray(2.5, seed)))).isCloseTo(5.4, within(0.4));
        assertThat(ModeCoverage.ofGrid(spray(5, 1)).strict()).isZero();
        assertThat(ModeCoverage.ofRing(spray(2.5, 1)).strict()).isZero();
    }

    private static double meanLoose(Function<Long, ModeCoverage> trial) {
        double sum = 0;
        for (long seed = 0; seed < 100; seed++) {
            sum += trial.apply(seed).loose();
        }
        return sum / 100;
    }

    @Test
    void shrunkModesShowInTheDeviationRatioAlone() {
        ModeCoverage points = ModeCoverage.ofRing(mixture(SAMPLES, ring(), 0.002, 1));
        assertThat(points.strict()).isEqualTo(8);
        assertThat(points.highQuality()).isEqualTo(1);
        assertThat(points.deviationRatio()).isCloseTo(0.1, within(0.01));
    }

    @Test
    void nothingNearAnyMode() {
        ModeCoverage none = ModeCoverage.ofRing(Tensor.of(new float[] {0, 0, 0, 0}, 2, 2));
        assertThat(none.loose()).isZero();
        assertThat(none.deviationRatio()).isNaN();
        assertThat(none)
                .hasToString("strict modes 0 of 8 (loose 0), high quality 0.0%, deviation ratio NaN; with 2 samples,"
                        + " 1 in a mode"
                        + " make it strict, and outliers can do this; use at least 500 samples");
    }

    @Test
    void badArguments() {
        Tensor samples = Tensor.of(new float[6], 2, 3);
        assertThatThrownBy(() -> ModeCoverage.ofRing(samples))
                .hasMessageContaining("got samples of 3 and a centre of 2");
        double[][] two = {{0, 0, 0}, {1, 1, 1}};
        assertThatThrownBy(() -> ModeCoverage.of(samples, two, 0, 0.1)).hasMessageContaining("a sigma above 0");
        assertThatThrownBy(() -> ModeCoverage.of(samples, new double[0][], 1, 0.1))
                .hasMessageContaining("got 0 centres");
        assertThatThrownBy(() -> ModeCoverage.of(samples, two, 1, 0.6))
                .hasMessageContaining("above 0 and at most 1/2")
                .hasMessageContaining("got 0.6");
        assertThatThrownBy(() -> ModeCoverage.ofRing(Tensor.of(new float[] {0, Float.NaN}, 1, 2)))
                .hasMessageContaining("item 0 holds NaN");
        assertThatThrownBy(() -> ModeCoverage.ofRing(Tensor.of(new float[2], 2)))
                .hasMessageContaining("got the shape 2");
    }
}
