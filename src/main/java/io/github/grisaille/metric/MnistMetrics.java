package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.plot.Doubles;
import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Tensor;
import java.util.Locale;
import java.util.Map;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Compares digits with the 10,000 MNIST test digits, in the features of {@link MnistClassifier}: MNIST-FID, MNIST-KID
 * and so on. The FID and KID of the literature use Inception features. So compare these values only with values of this
 * classifier, and only for equal numbers of digits.
 *
 * <p>Digits are 28×28×1 or 784 values with black as −1 and white as 1.
 */
public final class MnistMetrics {
    /**
     * All measures of one set of digits.
     *
     * @param fid the Fréchet distance to the test digits
     * @param kid the kernel distance to the test digits
     * @param score the Inception Score of the classifier's probabilities
     * @param precisionRecall improved precision and recall against the test digits
     * @param densityCoverage density and coverage against the test digits
     */
    public record Measures(
            int count,
            FrechetDistance fid,
            KernelDistance kid,
            InceptionScore score,
            PrecisionRecall precisionRecall,
            DensityCoverage densityCoverage)
            implements Tabular {
        /** One row for each measure. */
        @Override
        public Table table() {
            return readings().table();
        }

        /** One line for each measure. */
        @Override
        public String toString() {
            return readings().toString();
        }

        private Readings readings() {
            return Readings.titled(String.format(Locale.ROOT, "%,d digits against real digits", count))
                    .add("MNIST-FID", fid.value(), fid.note())
                    .add("MNIST-KID", kid.value(), kid.standardError(), kid.note())
                    .add("MNIST-IS", score.mean(), score.deviation(), score.note())
                    .add("precision", precisionRecall.precision(), precisionRecall.note())
                    .add("recall", precisionRecall.recall())
                    .add("density", densityCoverage.density(), densityCoverage.note())
                    .add("coverage", densityCoverage.coverage());
        }
    }

    private final MnistClassifier classifier;
    private final RealFeatures real;

    /** Compares with the test digits, with the classifier from the jar. */
    public MnistMetrics() {
        this(MnistClassifier.shipped(), Mnist.test().scaled(-1, 1));
    }

    /** Compares with other digits, or with another classifier. */
    public MnistMetrics(MnistClassifier classifier, Dataset real) {
        this.classifier = classifier;
        this.real = new RealFeatures(classifier.features(real));
    }

    public MnistClassifier classifier() {
        return classifier;
    }

    /** Only the MNIST-FID of generated digits, for use during training. */
    public FrechetDistance fid(Tensor digits) {
        return real.frechet(classifier.features(digits));
    }

    /** All measures of digits that a generator makes; see {@link #measure(Sequential, int, long)}. The seed is 0. */
    public Measures measure(Sequential generator, int count) {
        return measure(generator, count, 0);
    }

    /**
     * All measures of digits that a generator makes from codes drawn from N(0, I). For other codes, measure the digits that it
     * makes from them.
     *
     * @param count the number of digits, at least 6; values can be compared only if they are of equally many
     * @param seed the seed of the codes ({@link Sequential#sample}) and of the kernel distance's random subsets
     */
    public Measures measure(Sequential generator, int count, long seed) {
        return measure(generator.sample(count, seed), seed);
    }

    /** All measures of generated digits. */
    public Measures measure(Tensor digits, long seed) {
        return measure(Items.of(digits, "digits"), seed);
    }

    /**
     * All measures of a set of at least six digits.
     *
     * @param seed the seed of the random subsets of the kernel distance
     */
    public Measures measure(Dataset digits, long seed) {
        Items.atLeast(RealFeatures.FEWEST, digits, "digits to measure");
        Tensor features = classifier.features(digits);
        return new Measures(
                digits.size(),
                real.frechet(features),
                real.kernel(features, seed),
                InceptionScore.of(classifier.probabilities(digits)),
                real.precisionRecall(features),
                real.densityCoverage(features));
    }

    /**
     * A table with all measures, one row for each named set of digits. Add control rows, such as training digits and
     * noise.
     */
    public Table table(Map<String, ? extends Dataset> sets, long seed) {
        Table table = Table.create(
                "against MNIST test digits",
                StringColumn.create("digits"),
                IntColumn.create("count"),
                Doubles.column("MNIST-FID"),
                Doubles.column("MNIST-KID"),
                Doubles.column("KID's standard error"),
                Doubles.column("MNIST-IS"),
                Doubles.column("precision"),
                Doubles.column("recall"),
                Doubles.column("density"),
                Doubles.column("coverage"));
        sets.forEach((name, digits) -> {
            Measures m = measure(digits, seed);
            table.stringColumn(0).append(name);
            table.intColumn(1).append(m.count);
            double[] values = {
                m.fid.value(),
                m.kid.value(),
                m.kid.standardError(),
                m.score.mean(),
                m.precisionRecall.precision(),
                m.precisionRecall.recall(),
                m.densityCoverage.density(),
                m.densityCoverage.coverage()
            };
            for (int i = 0; i < values.length; i++) {
                table.doubleColumn(i + 2).append(values[i]);
            }
        });
        return table;
    }
}
