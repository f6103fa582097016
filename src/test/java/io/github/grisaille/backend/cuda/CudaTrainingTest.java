package io.github.grisaille.backend.cuda;

import static io.github.grisaille.nn.Layers.avgPool2d;
import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conditionalBatchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.elu;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.globalSum;
import static io.github.grisaille.nn.Layers.joinEmbedding;
import static io.github.grisaille.nn.Layers.joinLabels;
import static io.github.grisaille.nn.Layers.layerNorm;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.minibatchDeviation;
import static io.github.grisaille.nn.Layers.minibatchDiscrimination;
import static io.github.grisaille.nn.Layers.projection;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.sigmoid;
import static io.github.grisaille.nn.Layers.softplus;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.nn.Layers.upsample;
import static io.github.grisaille.nn.Layers.upsampleBilinear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.backend.cpu.PlainLoops;
import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Example;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.Trainer;
import io.github.grisaille.train.gan.Conditions;
import io.github.grisaille.train.gan.GanTrainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training, through CUDA graphs and without them. */
class CudaTrainingTest extends CudaFresh {
    private static final int BATCH = 6;

    /** Weights and losses after some steps of a network with every kind of layer. */
    private static List<float[]> train(Backend backend, int steps) {
        Sequential network = sequential(
                        conv2d(3, 8, 4, 2, 1, false),
                        batchNorm(8),
                        leakyRelu(0.2f),
                        maxPool2d(2),
                        convTranspose2d(8, 5, 4, 2, 1, false),
                        layerNorm(8, 8, 5),
                        tanh(),
                        avgPool2d(2),
                        upsample(2),
                        upsampleBilinear(1, 2),
                        conv2d(5, 5, ConvGeometry.square(3, 1, 1).groups(5).stride(1, 2)),
                        spectralNorm(convTranspose2d(5, 5, 1, 1, 0), 2),
                        spectralNorm(conv2d(5, 4, 3, 3, 0)),
                        elu(1),
                        dropout(0.3f),
                        flatten(),
                        dense(16, 31),
                        softplus(),
                        minibatchDiscrimination(31, 4, 3),
                        minibatchDeviation(),
                        dense(36, 2),
                        sigmoid())
                .initialize(5);
        network.to(backend);
        History history = new Trainer(network, Losses.binaryCrossEntropy())
                .optimizer(Optimizers.adam(1e-3f).clipGradientNorm(0.5f))
                .steps(steps)
                .seed(3)
                .progress(Progress.silent())
                .fit((step, random) -> {
                    float[] pictures = new float[BATCH * 16 * 16 * 3];
                    Random values = new Random(step);
                    for (int i = 0; i < pictures.length; i++) {
                        pictures[i] = 2 * values.nextFloat() - 1;
                    }
                    Tensor target = backend.empty(Shape.of(BATCH, 2));
                    backend.fill(0.75f, target);
                    return new Example(backend.tensor(pictures, Shape.of(BATCH, 16, 16, 3)), target);
                });
        List<float[]> results = new ArrayList<>();
        network.parameters().forEach(parameter -> results.add(parameter.value().toArray()));
        float[] losses = new float[history.size()];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = (float) history.values("loss")[i];
        }
        results.add(losses);
        return results;
    }

    @Test
    void trainingAgreesWithTheCpu() {
        List<float[]> ours = train(cuda, 4);
        List<float[]> theirs = train(PlainLoops.backend(1), 4);
        for (int i = 0; i < theirs.size(); i++) {
            // Adam enlarges the smallest gradients, so the tolerance is 1e-4: that of a sum of so many terms
            Samples.assertClose("result " + i, ours.get(i), theirs.get(i), 40_000);
        }
    }

    /** The first step also makes buffers, the second step is the first of its kind, and the last step has no batch after it. */
    @Test
    void stepsAreReplayedAsGraphs() {
        train(cuda, 8);
        assertThat(cuda.graphsLaunched()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(CudaStandIn.Order.class)
    void theOrderOfThreadsAndBlocksChangesNoBit(CudaStandIn.Order order) {
        CudaStandIn.itselfOrSkip();
        List<float[]> forwards = train(cuda, 3);
        CudaStandIn.order(order);
        try {
            List<float[]> other = train(cuda, 3);
            for (int i = 0; i < other.size(); i++) {
                assertThat(other.get(i)).as("result " + i).containsExactly(forwards.get(i));
            }
        } finally {
            CudaStandIn.order(CudaStandIn.Order.FORWARDS);
        }
    }

    /** The learning rate, the step's number and the random numbers change, and are not part of a graph. */
    @Test
    void adversarialTrainingAgreesWithTheCpuThroughGraphs() {
        double[][] ours = adversarial(cuda);
        double[][] theirs = adversarial(PlainLoops.backend(1));
        for (int i = 0; i < theirs.length; i++) {
            for (int step = 0; step < theirs[i].length; step++) {
                assertThat(ours[i][step]).as("step " + step).isCloseTo(theirs[i][step], within(1e-4));
            }
        }
        // 20 steps, of which the first has no graph, and what reading the losses adds
        assertThat(cuda.graphsLaunched()).isGreaterThanOrEqualTo(18);
    }

    @Test
    void trainingWithLabelsAgreesWithTheCpuThroughGraphs() {
        List<float[]> ours = conditional(cuda);
        List<float[]> theirs = conditional(PlainLoops.backend(1));
        for (int i = 0; i < theirs.size(); i++) {
            Samples.assertClose("result " + i, ours.get(i), theirs.get(i), 40_000);
        }
        assertThat(cuda.graphsLaunched()).isPositive();
    }

    /** Weights and pictures after some steps of a conditional GAN with every layer that reads labels. */
    private static List<float[]> conditional(Backend backend) {
        Sequential generator = sequential(
                        joinEmbedding(3, 2),
                        dense(5 + 2, 32),
                        reshape(4, 4, 2),
                        conditionalBatchNorm(2, 3),
                        leakyRelu(0.2f),
                        joinLabels(3),
                        convTranspose2d(2 + 3, 1, 4, 2, 1),
                        tanh())
                .initialize(1);
        Sequential discriminator = sequential(
                        conv2d(1, 4, 4, 2, 1), leakyRelu(0.2f), globalSum(), spectralNorm(projection(3, 4)))
                .initialize(2);
        generator.to(backend);
        discriminator.to(backend);
        float[] pictures = new float[24 * 64];
        Random values = new Random(4);
        for (int i = 0; i < pictures.length; i++) {
            pictures[i] = 2 * values.nextFloat() - 1;
        }
        int[] labels = new int[24];
        Arrays.setAll(labels, i -> i % 3);
        new GanTrainer(generator, discriminator)
                .optimizers(Optimizers.sgd(0.02f), Optimizers.sgd(0.02f))
                .penalties(GradientPenalty.r1(0.1f))
                .batch(8)
                .epochs(3)
                .progress(Progress.silent())
                .fit(new ArrayDataset(pictures, 8, 8, 1), Conditions.oneHotDataset(3, labels));
        List<float[]> results = new ArrayList<>();
        Stream.of(generator, discriminator)
                .flatMap(network -> network.state().values().stream())
                .forEach(state -> results.add(state.value().toArray()));
        Tensor z = backend.tensor(new float[] {1, -1, 0.5f, 2, 0}, Shape.of(1, 5));
        results.add(generator.predict(z, Conditions.oneHot(3, 1).to(backend)).toArray());
        return results;
    }

    private static double[][] adversarial(Backend backend) {
        float[] digits = new float[40 * 12];
        Random values = new Random(4);
        for (int i = 0; i < digits.length; i++) {
            digits[i] = 2 * values.nextFloat() - 1;
        }
        Sequential generator =
                sequential(dense(5, 16), leakyRelu(0.2f), dense(16, 12), tanh()).initialize(1);
        Sequential discriminator =
                sequential(dense(12, 16), leakyRelu(0.2f), dense(16, 1)).initialize(2);
        generator.to(backend);
        discriminator.to(backend);
        History history = new GanTrainer(generator, discriminator)
                .optimizers(Optimizers.adam(2e-3f).schedule(Schedule.cosine(20, 0.1)), Optimizers.adam(2e-3f))
                .batch(8)
                .epochs(4)
                .seed(1)
                .progress(Progress.silent())
                .fit(new ArrayDataset(digits, 12));
        return new double[][] {history.values("discriminator loss"), history.values("generator loss")};
    }

    @Test
    void graphsCanBeSwitchedOffAndChangeNoBit() {
        List<float[]> expected = train(cuda, 5);
        long graphs = cuda.graphsLaunched();
        long kernels = cuda.kernelsLaunched();
        assertThat(graphs).isPositive();
        try (CudaBackend other = new CudaBackend(CudaPrecision.FLOAT32)) {
            other.useGraphs(false);
            List<float[]> without = train(other, 5);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(without.get(i)).as("result " + i).containsExactly(expected.get(i));
            }
            assertThat(other.graphsLaunched()).isZero();
            assertThat(other.kernelsLaunched()).isEqualTo(kernels);
        }
    }

    @Test
    void memoryIsUsedAgainAndGivenBack() {
        CudaStandIn.itselfOrSkip();
        long before = CudaStandIn.liveBytes();
        try (CudaBackend other = new CudaBackend(CudaPrecision.FLOAT32)) {
            train(other, 3);
            System.gc();
            long used = other.memory().allocated();
            train(other, 12);
            assertThat(other.memory().allocated()).isLessThanOrEqualTo(used + (8 << 20));
            assertThat(other.memory().used())
                    .isPositive()
                    .isLessThanOrEqualTo(other.memory().peak());
            assertThat(other.memory().toString()).contains("used (at most").contains("free");
        }
        assertThat(CudaStandIn.liveBytes()).isEqualTo(before);
    }
}
