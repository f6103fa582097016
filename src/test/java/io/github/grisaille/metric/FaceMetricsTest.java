package io.github.grisaille.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.FaceAttribute;
import io.github.grisaille.data.Faces;
import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class FaceMetricsTest {
    private static final FaceClassifier CLASSIFIER = FaceClassifier.shipped();
    /** Of a seed that nothing was trained on. */
    private static final Faces FACES = Faces.draw(600, FaceMetrics.HELD_OUT_SEED);

    private static final ImageDataset PICTURES = FACES.images().scaled(-1, 1);

    private static Tensor noise(int count) {
        Tensor noise = Backend.cpu().empty(Shape.of(count, 64, 64, 3));
        Backend.cpu().uniform(new RandomStream(1, 0), -1, 1, noise);
        return noise;
    }

    @Test
    void theShippedClassifierKnowsFacesThatItNeverSaw() {
        Table accuracies = CLASSIFIER.accuracies(FACES);
        assertThat(accuracies.rowCount()).isEqualTo(FaceAttribute.values().length);
        Map<String, Double> accuracy = new LinkedHashMap<>();
        for (int i = 0; i < accuracies.rowCount(); i++) {
            accuracy.put(
                    accuracies.getString(i, "attribute"),
                    accuracies.doubleColumn("accuracy").get(i));
            assertThat(accuracies.doubleColumn("accuracy").get(i))
                    .as(accuracies.getString(i, "attribute"))
                    .isGreaterThanOrEqualTo(
                            accuracies.doubleColumn("most frequent class").get(i) - 0.02);
        }
        assertThat(accuracy.get("background")).isGreaterThan(0.98);
        assertThat(accuracy.get("hair colour")).isGreaterThan(0.9);
        assertThat(accuracy.get("hair")).isGreaterThan(0.8);
        assertThat(accuracy.get("glasses")).isGreaterThan(0.9);
    }

    @Test
    void probabilitiesFeaturesAndClassesBelongTogether() {
        Tensor some = PICTURES.first(260);
        assertThat(CLASSIFIER.features(some).shape()).isEqualTo(Shape.of(260, 128));
        int classes = FaceAttribute.GLASSES.classes();
        float[] probabilities =
                CLASSIFIER.probabilities(some, FaceAttribute.GLASSES).toArray();
        int[] told = CLASSIFIER.classify(some, FaceAttribute.GLASSES);
        for (int i = 0; i < 260; i++) {
            float[] row = Arrays.copyOfRange(probabilities, classes * i, classes * (i + 1));
            double sum = 0;
            for (float p : row) {
                sum += p;
                assertThat(p).isLessThanOrEqualTo(row[told[i]]);
            }
            assertThat(sum).isCloseTo(1, within(1e-5));
        }
        assertThat(CLASSIFIER.features(PICTURES.flat().first(3)).toArray())
                .containsExactly(Arrays.copyOf(CLASSIFIER.features(some).toArray(), 3 * 128), within(1e-4f));
    }

    @Test
    void targetsHaveAOneForEachAttribute() {
        Dataset targets = FaceClassifier.targets(FACES);
        int classes = Arrays.stream(FaceAttribute.values())
                .mapToInt(FaceAttribute::classes)
                .sum();
        assertThat(targets.shape()).containsExactly(classes);
        float[] values = targets.values(3);
        double ones =
                IntStream.range(0, values.length).mapToDouble(i -> values[i]).sum();
        assertThat(ones).isEqualTo(FaceAttribute.values().length);
        assertThat(values[FACES.face(3).features().hair()]).isEqualTo(1);
        assertThat(values[FaceAttribute.HAIR.classes() + FACES.face(3).colors().hair()])
                .isEqualTo(1);
    }

    /** The loss is libtorch's cross-entropy of each attribute's columns, summed. */
    @Test
    void theLossAgreesWithTorch() {
        Dataset all = FaceClassifier.targets(FACES);
        Tensor targets = all.items(0, 5, Backend.cpu());
        Tensor logits = Samples.normal(3, targets.shape());
        LossValue loss = FaceClassifier.loss().evaluate(logits, targets);
        org.bytedeco.pytorch.Tensor leaf = Torch.leaf(logits);
        org.bytedeco.pytorch.Tensor total = null;
        long from = 0;
        for (FaceAttribute attribute : FaceAttribute.values()) {
            var own = leaf.narrow(1, from, attribute.classes());
            var wanted = Torch.constant(targets).narrow(1, from, attribute.classes());
            var value = torch.log_softmax(own, 1).mul(wanted).sum().neg().div(new Scalar(5.0));
            total = total == null ? value : total.add(value);
            from += attribute.classes();
        }
        total.backward();
        assertThat(loss.value().item()).isCloseTo(total.item_float(), within(1e-4f));
        Samples.assertClose("gradient", loss.gradient().toArray(), Torch.values(Torch.gradient(leaf)), 10);
    }

    /** The controls: other faces are as near as faces get, noise is far away. */
    @Test
    void controlRows() {
        FaceMetrics metrics = new FaceMetrics(CLASSIFIER, PICTURES);
        Map<String, Dataset> sets = new LinkedHashMap<>();
        sets.put("other faces", Faces.draw(600, 3).images().scaled(-1, 1));
        sets.put("noise", new ArrayDataset(noise(600).toArray(), 64, 64, 3));
        Table table = metrics.table(sets, 1);
        double[] fid = table.doubleColumn("Face-FID").asDoubleArray();
        assertThat(fid[1]).isGreaterThan(20 * fid[0]);
        assertThat(table.doubleColumn("precision").get(0)).isGreaterThan(0.7);
        assertThat(table.doubleColumn("precision").get(1)).isLessThan(0.1);
        assertThat(table.doubleColumn("recall").get(0)).isGreaterThan(0.7);
        assertThat(table.doubleColumn("recall").get(1)).isLessThan(0.1);
        assertThat(table.doubleColumn("coverage").get(0))
                .isCloseTo(DensityCoverage.expectedCoverage(600, 600, 5), within(0.08));
        assertThat(metrics.fid(Faces.draw(600, 3).images().scaled(-1, 1).first(600))
                        .value())
                .isCloseTo(fid[0], within(1e-9));
    }

    @Test
    void theNearestOfASetWithItselfAreItsOwn() {
        FaceMetrics metrics = new FaceMetrics(CLASSIFIER, PICTURES.take(200));
        NearestNeighbours found = metrics.nearest(PICTURES.first(20), PICTURES.take(100), 2);
        for (int i = 0; i < 20; i++) {
            assertThat(found.indices(i)[0]).isEqualTo(i);
            assertThat(found.distances(i)[1]).isGreaterThan(0);
        }
    }

    @Test
    void wrongFacesAreRefused() {
        assertThatThrownBy(() -> CLASSIFIER.features(Tensor.of(new float[20], 2, 10)))
                .hasMessage("the classifier needs faces of 64×64×3 or 12288 values; got items of [10]");
        assertThatThrownBy(() -> CLASSIFIER.classify(FACES.images().scaled(0, 255), FaceAttribute.HAIR))
                .hasMessageContaining("from -1 (black) to 1 (white); got");
    }
}
