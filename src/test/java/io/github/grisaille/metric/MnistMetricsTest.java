package io.github.grisaille.metric;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class MnistMetricsTest {
    private static final MnistClassifier CLASSIFIER = MnistClassifier.shipped();

    private static Tensor noise(int count) {
        Tensor noise = Backend.cpu().empty(Shape.of(count, 784));
        Backend.cpu().uniform(new RandomStream(1, 0), -1, 1, noise);
        return noise;
    }

    @Test
    void theShippedClassifierIsAsGoodAsItsFileSays() {
        double accuracy = CLASSIFIER.accuracy(Mnist.test().scaled(-1, 1));
        assertThat(accuracy).isGreaterThanOrEqualTo(0.992);
        Map<String, String> said = SafeTensors.resource(MnistClassifier.class, "mnist-classifier.safetensors")
                .metadata();
        // another vector width may round one digit to the other side
        assertThat(accuracy).isCloseTo(Double.parseDouble(said.get("test accuracy")), within(2e-4));
    }

    @Test
    void probabilitiesFeaturesAndClassesBelongTogether() {
        Tensor digits = Mnist.test().scaled(-1, 1).first(1201);
        assertThat(CLASSIFIER.features(digits).shape()).isEqualTo(Shape.of(1201, 128));
        float[] probabilities =
                CLASSIFIER.probabilities(digits.reshape(1201, 784)).toArray();
        int[] classes = CLASSIFIER.classify(digits);
        for (int i = 0; i < 1201; i++) {
            float[] row = Arrays.copyOfRange(probabilities, 10 * i, 10 * i + 10);
            double sum = 0;
            for (float p : row) {
                sum += p;
                assertThat(p).isLessThanOrEqualTo(row[classes[i]]);
            }
            assertThat(sum).isCloseTo(1, within(1e-5));
        }
        Tensor last = Mnist.test().scaled(-1, 1).first(1);
        assertThat(Arrays.copyOf(CLASSIFIER.features(digits).toArray(), 128))
                .containsExactly(CLASSIFIER.features(last).toArray(), within(1e-4f));
    }

    @Test
    void wrongDigitsAreRefused() {
        assertThatThrownBy(() -> CLASSIFIER.features(Tensor.of(new float[20], 2, 10)))
                .hasMessageContaining("28×28×1 or 784 values; got items of [10]");
        float[] bytes = new float[784];
        bytes[3] = 255;
        assertThatThrownBy(() -> CLASSIFIER.classify(Tensor.of(bytes, 1, 784)))
                .hasMessageContaining("from -1 (black) to 1 (white); got 255.0: scale them, as in scaled(-1, 1)");
    }

    /** The controls: training digits are as near as digits get, noise is far away. */
    @Test
    void controlRows() {
        MnistMetrics metrics = new MnistMetrics();
        Map<String, Dataset> sets = new LinkedHashMap<>();
        sets.put("training digits", Mnist.train().scaled(-1, 1).take(3000));
        sets.put("noise", Items.of(noise(3000), "noise"));
        Table table = metrics.table(sets, 1);
        double[] fid = table.doubleColumn("MNIST-FID").asDoubleArray();
        double[] kid = table.doubleColumn("MNIST-KID").asDoubleArray();
        assertThat(fid[1]).isGreaterThan(100 * fid[0]);
        assertThat(kid[1]).isGreaterThan(200 * Math.abs(kid[0]));
        assertThat(table.doubleColumn("MNIST-IS").get(0)).isBetween(9.0, 10.0);
        assertThat(table.doubleColumn("MNIST-IS").get(1)).isLessThan(3);
        assertThat(table.doubleColumn("precision").get(0)).isGreaterThan(0.8);
        assertThat(table.doubleColumn("precision").get(1)).isLessThan(0.1);
        assertThat(table.doubleColumn("recall").get(0)).isGreaterThan(0.7);
        assertThat(table.doubleColumn("recall").get(1)).isLessThan(0.01);
        assertThat(table.doubleColumn("coverage").get(0))
                .isCloseTo(DensityCoverage.expectedCoverage(10_000, 3000, 5), within(0.1));
        assertThat(table.doubleColumn("coverage").get(1)).isLessThan(0.01);
        assertThat(metrics.fid(Mnist.train().scaled(-1, 1).first(3000)).value()).isCloseTo(fid[0], within(1e-9));
    }

    @Test
    void aGeneratorIsMeasuredByItsSamples() {
        MnistMetrics metrics =
                new MnistMetrics(CLASSIFIER, Mnist.test().scaled(-1, 1).take(200));
        Sequential generator = sequential(dense(10, 784), tanh()).initialize(1);
        assertThat(metrics.measure(generator, 30)).isEqualTo(metrics.measure(generator.sample(30, 0), 0));
        assertThat(metrics.measure(generator, 30, 5)).isEqualTo(metrics.measure(generator.sample(30, 5), 5));
        assertThatThrownBy(() -> metrics.measure(generator, 5)).hasMessageContaining("must be at least 6; got 5");
    }

    @Test
    void fewDigitsAreSaid() {
        MnistMetrics metrics =
                new MnistMetrics(CLASSIFIER, Mnist.test().scaled(-1, 1).take(200));
        assertThat(metrics.fid(noise(100)).note()).contains("100 samples of 128 features");
        MnistMetrics.Measures few = metrics.measure(Mnist.train().scaled(-1, 1).first(20), 1);
        assertThat(few.kid().subsetSize()).isEqualTo(10);
        assertThat(few.kid().note()).contains("the smaller set has only 20 items");
        assertThat(few.score().mean()).isGreaterThan(4);
        assertThat(few.score().note()).contains("20 samples per split for 10 classes");
        assertThat(few.precisionRecall().note()).contains("k is 3 for only 20 generated items");
        assertThat(few.densityCoverage().note()).isEmpty();
        assertThatThrownBy(() -> metrics.measure(noise(5), 1)).hasMessageContaining("must be at least 6; got 5");
    }
}
