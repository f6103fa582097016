package io.github.grisaille.train.gan;

import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.DeferredValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Measures what {@link GanTrainer#diagnose} records: D's accuracy, the spread of the fakes, and both networks inside. */
final class GanDiagnosis {
    static final String GENERATOR = "generator";
    static final String DISCRIMINATOR = "discriminator";
    static final String ACCURACY = "accuracy";
    static final String SPREAD = "spread of G(z)";

    private final PlayerDiagnosis ofGenerator;
    private final PlayerDiagnosis ofDiscriminator;
    private final float threshold;
    private DeferredValue accuracy;
    private DeferredValue spread;

    /**
     * @param threshold the logit or score above which D takes an item for real
     */
    GanDiagnosis(Sequential generator, Sequential discriminator, float threshold) {
        ofGenerator = new PlayerDiagnosis(GENERATOR, generator);
        ofDiscriminator = new PlayerDiagnosis(DISCRIMINATOR, discriminator);
        this.threshold = threshold;
    }

    List<String> series() {
        return Stream.of(List.of(ACCURACY, SPREAD), ofGenerator.series(), ofDiscriminator.series())
                .flatMap(List::stream)
                .toList();
    }

    /** The values of the last diagnosis, by the names of their series. */
    Map<String, DeferredValue> readings() {
        Map<String, DeferredValue> all = new HashMap<>(Map.of(ACCURACY, accuracy, SPREAD, spread));
        all.putAll(ofGenerator.readings());
        all.putAll(ofDiscriminator.readings());
        return all;
    }

    void archive(Archive archive, Backend backend) {
        accuracy = DeferredValue.archive(archive, ACCURACY, accuracy, backend);
        spread = DeferredValue.archive(archive, SPREAD, spread, backend);
        ofGenerator.archive(archive.part(GENERATOR));
        ofDiscriminator.archive(archive.part(DISCRIMINATOR));
    }

    void beforeDiscriminatorUpdate(Tensor real, Tensor fake, Tensor realLogits, Tensor fakeLogits, Pass onReal) {
        Backend backend = real.backend();
        Tensor right = backend.empty(Shape.of(1));
        Tensor negative = onReal.scratch(fakeLogits.shape());
        backend.scale(fakeLogits, -1, negative);
        backend.add(above(realLogits, threshold, onReal), above(negative, -threshold, onReal), right);
        backend.scale(right, 1f / (realLogits.size() + fakeLogits.size()), right);
        accuracy = DeferredValue.of(right);
        spread = DeferredValue.ratio(totalVariance(fake, onReal), totalVariance(real, onReal));
        ofDiscriminator.beforeUpdate(onReal);
    }

    /** The number of values above a threshold. */
    private static Tensor above(Tensor x, float threshold, Pass pass) {
        Tensor above = pass.scratch(x.shape());
        Tensor count = pass.scratch(Shape.of(1));
        x.backend().step(x, threshold, above);
        x.backend().sum(above, count);
        return count;
    }

    /** The variance of each value over the batch, summed over the values. */
    private static Tensor totalVariance(Tensor items, Pass pass) {
        int values = items.size() / items.axis(0);
        Tensor mean = pass.scratch(Shape.of(values));
        Tensor variance = pass.scratch(Shape.of(values));
        Tensor total = items.backend().empty(Shape.of(1));
        items.backend().columnMoments(items.reshape(items.axis(0), values), mean, variance);
        items.backend().sum(variance, total);
        return total;
    }

    void afterDiscriminatorUpdate() {
        ofDiscriminator.afterUpdate();
    }

    void beforeGeneratorUpdate(Pass generating) {
        ofGenerator.beforeUpdate(generating);
    }

    void afterGeneratorUpdate() {
        ofGenerator.afterUpdate();
    }
}
