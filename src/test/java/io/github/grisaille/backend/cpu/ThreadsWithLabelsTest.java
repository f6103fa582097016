package io.github.grisaille.backend.cpu;

import static io.github.grisaille.nn.Layers.conditionalBatchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.globalSum;
import static io.github.grisaille.nn.Layers.joinEmbedding;
import static io.github.grisaille.nn.Layers.joinLabels;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.projection;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.gan.Conditions;
import io.github.grisaille.train.gan.GanTrainer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The number of threads changes no bit of a training with labels. */
class ThreadsWithLabelsTest {
    private static final int BATCH = 37;

    /** Weights after some steps of a conditional GAN. */
    private static List<float[]> trainWithLabels(Backend backend) {
        Sequential generator = sequential(
                        joinEmbedding(5, 6),
                        dense(16 + 6, 4 * 4 * 24),
                        reshape(4, 4, 24),
                        conditionalBatchNorm(24, 5),
                        leakyRelu(0.2f),
                        joinLabels(5),
                        convTranspose2d(24 + 5, 3, 4, 2, 1),
                        tanh())
                .initialize(5);
        Sequential discriminator = sequential(
                        joinLabels(5),
                        spectralNorm(conv2d(3 + 5, 40, 4, 2, 1)),
                        leakyRelu(0.2f),
                        globalSum(),
                        spectralNorm(projection(5, 40)))
                .initialize(6);
        generator.to(backend);
        discriminator.to(backend);
        int[] labels = new int[2 * BATCH];
        Arrays.setAll(labels, i -> i % 5);
        new GanTrainer(generator, discriminator)
                .loss(GanLoss.hinge())
                .penalties(GradientPenalty.r1(0.1f))
                .batch(BATCH)
                .epochs(2)
                .seed(3)
                .progress(Progress.silent())
                .fit(
                        new ArrayDataset(Samples.normal(1, 2 * BATCH, 8, 8, 3).toArray(), 8, 8, 3),
                        Conditions.oneHotDataset(5, labels));
        return Stream.of(generator, discriminator)
                .flatMap(network -> network.state().values().stream())
                .map(state -> state.value().toArray())
                .toList();
    }

    @Test
    void trainingWithLabelsIsBitIdenticalToOneThread() {
        List<float[]> one = trainWithLabels(new JavaBackend(1));
        for (int threads : new int[] {2, 3, 7}) {
            List<float[]> many = trainWithLabels(new JavaBackend(threads));
            for (int i = 0; i < one.size(); i++) {
                assertThat(many.get(i)).as("%d threads, result %d", threads, i).containsExactly(one.get(i));
            }
        }
    }
}
