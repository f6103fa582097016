package io.github.grisaille.backend.cuda;

import static io.github.grisaille.nn.Layers.avgPool2d;
import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.elu;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.layerNorm;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.minibatchDeviation;
import static io.github.grisaille.nn.Layers.minibatchDiscrimination;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.sigmoid;
import static io.github.grisaille.nn.Layers.softplus;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.nn.Layers.upsample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.backend.BackendContract;
import io.github.grisaille.backend.cpu.PlainLoops;
import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.AdamStep;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Example;
import io.github.grisaille.train.GanTrainer;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training, graphs, memory and failures of the CUDA backend. */
class CudaBackendTest extends BackendContract {
    private static final int BATCH = 6;

    private CudaBackend cuda;

    @BeforeEach
    void open() {
        CudaStandIn.orSkip();
        cuda = new CudaBackend(CudaBackend.Precision.FLOAT32);
    }

    @AfterEach
    void close() {
        if (cuda != null) {
            cuda.close();
        }
    }

    @Override
    protected Backend backend() {
        return cuda;
    }

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
            // Adam makes much of the smallest gradients: 1e-4 as the terms of a sum
            Samples.assertClose("result " + i, ours.get(i), theirs.get(i), 40_000);
        }
    }

    /** The first step makes what later ones find, the second is the first of its kind, and the last has no batch after it. */
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

    /** A learning rate, a step's number and random numbers that change are no part of a graph. */
    @Test
    void adversarialTrainingAgreesWithTheCpuThroughGraphs() {
        double[][] ours = adversarial(cuda);
        double[][] theirs = adversarial(PlainLoops.backend(1));
        for (int i = 0; i < theirs.length; i++) {
            for (int step = 0; step < theirs[i].length; step++) {
                assertThat(ours[i][step]).as("step " + step).isCloseTo(theirs[i][step], within(1e-4));
            }
        }
        // 20 steps of which the first goes by itself, and what the readers ask for
        assertThat(cuda.graphsLaunched()).isGreaterThanOrEqualTo(18);
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
    void tf32RoundsFactorsAndNothingElse() {
        try (CudaBackend rounding = new CudaBackend(CudaBackend.Precision.TF32)) {
            for (int k : new int[] {8, 50, 200}) {
                Tensor a = Samples.normal(1, 70, k);
                Tensor b = Samples.normal(2, k, 90);
                Tensor expected = Backend.cpu().empty(Shape.of(70, 90));
                Backend.cpu().matmul(a, false, b, false, null, false, expected);
                Tensor c = rounding.empty(Shape.of(70, 90));
                rounding.matmul(a.to(rounding), false, b.to(rounding), false, null, false, c);
                double worst = 0;
                float[] ours = c.toArray();
                float[] theirs = expected.toArray();
                for (int i = 0; i < ours.length; i++) {
                    worst = Math.max(worst, Math.abs(ours[i] - theirs[i]));
                }
                // each factor is off by at most 2⁻¹¹ of itself, either way
                assertThat(worst).isLessThan(Math.sqrt(k) * 4e-3).isGreaterThan(Math.sqrt(k) * 1e-5);
            }
            // whole numbers of few bits are not rounded, so every place of every fragment is seen exactly; the last
            // size
            // takes the large tiles
            for (int[] e : new int[][] {{17, 9, 33}, {64, 64, 16}, {130, 140, 70}, {1500, 1300, 12}}) {
                float[] av = whole(3, e[0] * e[2]);
                float[] bv = whole(4, e[1] * e[2]);
                for (int transposed = 0; transposed < 4; transposed++) {
                    boolean left = (transposed & 1) != 0;
                    boolean right = (transposed & 2) != 0;
                    Shape shapeA = left ? Shape.of(e[2], e[0]) : Shape.of(e[0], e[2]);
                    Shape shapeB = right ? Shape.of(e[1], e[2]) : Shape.of(e[2], e[1]);
                    Tensor exact = Backend.cpu().empty(Shape.of(e[0], e[1]));
                    Tensor c = rounding.empty(exact.shape());
                    Backend.cpu()
                            .matmul(
                                    Backend.cpu().tensor(av, shapeA),
                                    left,
                                    Backend.cpu().tensor(bv, shapeB),
                                    right,
                                    null,
                                    false,
                                    exact);
                    rounding.matmul(
                            rounding.tensor(av, shapeA), left, rounding.tensor(bv, shapeB), right, null, false, c);
                    assertThat(Arrays.equals(c.toArray(), exact.toArray()))
                            .as("%s · %s, transposed %d", shapeA, shapeB, transposed)
                            .isTrue();
                }
            }
        }
    }

    private static float[] whole(long seed, int count) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(31) - 15;
        }
        return values;
    }

    @Test
    void oneLaunchForAllParametersAndForTheirGuards() {
        CudaStandIn.itselfOrSkip();
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Tensor tensor = cuda.empty(Shape.of(700 + i));
            cuda.fill(i, tensor);
            tensors.add(tensor);
        }
        Tensor flags = cuda.empty(Shape.of(5));
        cuda.fill(0, flags);
        cuda.synchronize();
        long before = CudaStandIn.launches();
        AdamStep step = new AdamStep(0.01f, 0.9f, 0.99f, 1e-8f, 0.1f, 0.01f, 0);
        for (int i = 0; i < 20; i += 4) {
            cuda.adam(step, tensors.get(i), tensors.get(i), tensors.get(i), tensors.get(i));
        }
        for (int i = 0; i < 5; i++) {
            cuda.flagNonFinite(tensors.get(i), 7, i, flags);
        }
        for (Tensor tensor : tensors) {
            cuda.scale(tensor, 2, tensor);
        }
        Tensor y = cuda.empty(Shape.of(2, 3));
        Tensor z = cuda.empty(Shape.of(2, 3));
        Tensor ones = cuda.tensor(new float[] {1, 1, 1, 1, 1, 1}, Shape.of(2, 3));
        cuda.matmul(ones, false, ones.reshape(3, 2), false, null, false, cuda.empty(Shape.of(2, 2)));
        cuda.matmul(ones.reshape(2, 3), false, cuda.tensor(new float[9], Shape.of(3, 3)), false, null, false, y);
        cuda.activate(new Activation(Activation.Kind.SIGMOID), y, z);
        assertThat(z.toArray()).containsOnly(0.5f);
        assertThat(CudaStandIn.launches() - before)
                .as("one launch each of Adam, the guards, and small operations, and two products")
                .isEqualTo(5);
    }

    @Test
    void memoryIsUsedAgainAndGivenBack() {
        CudaStandIn.itselfOrSkip();
        long before = CudaStandIn.liveBytes();
        try (CudaBackend other = new CudaBackend(CudaBackend.Precision.FLOAT32)) {
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

    /** Four times the device's memory passes through it; nobody holds more than one tensor at a time. */
    @Test
    void forgottenTensorsMakeRoom() {
        CudaStandIn.itselfOrSkip();
        CudaStandIn.memory(CudaStandIn.liveBytes() + (16 << 20));
        try {
            for (int i = 0; i < 16; i++) {
                Tensor large = cuda.empty(Shape.of(1 << 20));
                cuda.fill(i, large);
                Tensor sum = cuda.empty(Shape.of(1));
                cuda.sum(large, sum);
                assertThat(sum.item()).isEqualTo((float) i * (1 << 20));
            }
        } finally {
            CudaStandIn.memory(2L << 30);
        }
    }

    @Test
    void outOfMemorySaysHowMuch() {
        CudaStandIn.itselfOrSkip();
        CudaStandIn.memory(CudaStandIn.liveBytes() + (10 << 20));
        try {
            Tensor held = cuda.empty(Shape.of(1 << 20));
            assertThatThrownBy(() -> cuda.empty(Shape.of(2 << 20)))
                    .isInstanceOf(CudaFailure.class)
                    .hasMessageMatching(
                            "the GPU is out of memory: 8 MB were asked for, tensors use \\d+ MB, and 6 MB of"
                                    + " the device's \\d+ MB are free\\. Use a smaller batch or a narrower network; other"
                                    + " programs may hold the rest");
            cuda.fill(3, held);
            assertThat(held.toArray()).containsOnly(3);
        } finally {
            CudaStandIn.memory(2L << 30);
        }
    }

    @Test
    void aFailedLaunchNamesItsKernelAndShape() {
        CudaStandIn.itselfOrSkip();
        Tensor x = cuda.empty(Shape.of(3, 5));
        cuda.fill(1, x);
        cuda.synchronize();
        CudaStandIn.failingLaunch(1);
        cuda.clamp(x, 0, 1, x);
        assertThatThrownBy(x::toArray)
                .isInstanceOf(CudaFailure.class)
                .hasMessageStartingWith(
                        "the kernel clamp, which makes 3×5 on 1 × 1 blocks, failed: CUDA_ERROR_LAUNCH_FAILED");
        assertThat(x.toArray()).as("the backend goes on").containsOnly(1);
    }

    /** The driver ends the capture with an error of its own, which is not the one to tell. */
    @Test
    void aFailedLaunchInAGraphNamesItsKernelToo() {
        CudaStandIn.itselfOrSkip();
        Tensor x = cuda.empty(Shape.of(3, 5));
        cuda.fill(1, x);
        for (int time = 1; time <= 3; time++) {
            cuda.synchronize();
            CudaStandIn.failingLaunch(time == 2 ? 2 : 0);
            cuda.activate(new Activation(Activation.Kind.RELU), x, x);
            cuda.clamp(x, 0, 1, x);
            if (time == 2) {
                assertThatThrownBy(x::toArray).hasMessageStartingWith("the kernel clamp, which makes 3×5 on 1 × 1");
            } else {
                assertThat(x.toArray()).containsOnly(1);
            }
        }
        assertThat(cuda.graphsLaunched()).isEqualTo(1);
    }

    /** A product whose activation would overwrite its factor while others still read it; so with what is normalised. */
    @Test
    void anActivationDoesNotJoinALaunchThatReadsItsPlace() {
        int rows = 100;
        int columns = 300;
        Tensor a = cuda.tensor(whole(7, rows * columns), Shape.of(rows, columns));
        Tensor b = cuda.tensor(whole(8, columns * columns), Shape.of(columns, columns));
        Tensor c = cuda.empty(a.shape());
        Tensor apart = cuda.empty(a.shape());
        Activation relu = new Activation(Activation.Kind.RELU);
        cuda.matmul(a, false, b, false, null, false, c);
        cuda.synchronize();
        cuda.activate(relu, c, apart);
        float[] expected = apart.toArray();
        cuda.matmul(a, false, b, false, null, false, c);
        cuda.activate(relu, c, a);
        assertThat(a.toArray()).containsExactly(expected);

        Tensor one = cuda.tensor(new float[] {2, 2, 2}, Shape.of(3));
        Tensor gain = cuda.tensor(new float[] {1, 2, 3}, Shape.of(3));
        Tensor x = cuda.tensor(new float[] {3, 3, 3}, Shape.of(1, 3));
        Tensor y = cuda.empty(x.shape());
        cuda.normalizeColumns(x, one, one, 2, gain, one, y);
        cuda.activate(relu, y, gain.reshape(1, 3));
        assertThat(gain.toArray()).containsExactly(2.5f, 3, 3.5f);
    }

    /** Also where several blocks sum for one tile, and where there are several tiles. */
    @Test
    void anActivationInPlaceIsPartOfItsProduct() {
        Activation relu = new Activation(Activation.Kind.RELU);
        for (int[] size : new int[][] {{9, 20, 50}, {9, 20, 5_000}, {300, 300, 70}}) {
            Tensor a = cuda.tensor(whole(7, size[0] * size[2]), Shape.of(size[0], size[2]));
            Tensor b = cuda.tensor(whole(8, size[2] * size[1]), Shape.of(size[2], size[1]));
            Tensor c = cuda.empty(Shape.of(size[0], size[1]));
            Tensor apart = cuda.empty(c.shape());
            cuda.matmul(a, false, b, false, null, false, c);
            cuda.synchronize();
            cuda.activate(relu, c, apart);
            float[] expected = apart.toArray();
            cuda.synchronize();
            long before = cuda.kernelsLaunched();
            cuda.matmul(a, false, b, false, null, relu, c);
            cuda.synchronize();
            assertThat(cuda.kernelsLaunched() - before).isEqualTo(1);
            assertThat(c.toArray()).containsExactly(expected).contains(0);
        }
    }

    /** Else the activation could be given the factor's memory, while it can still join the launch that reads it. */
    @Test
    void whatAWaitingProductReadsIsHeldUntilItsActivationIsKnown() throws InterruptedException {
        Tensor b = cuda.tensor(whole(8, 300 * 300), Shape.of(300, 300));
        Tensor c = cuda.empty(Shape.of(100, 300));
        long address = product(b, c);
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(20);
        }
        Tensor early = cuda.empty(c.shape());
        assertThat(cuda.address(early)).isNotEqualTo(address);
        cuda.fill(0, b);
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(cuda.address(cuda.empty(c.shape()))).isEqualTo(address).isNotEqualTo(cuda.address(early));
    }

    /** The address of a factor that nobody holds any more. */
    private long product(Tensor b, Tensor c) {
        Tensor a = cuda.empty(c.shape());
        cuda.fill(1, a);
        cuda.matmul(a, false, b, false, null, false, c);
        return cuda.address(a);
    }

    @Test
    void graphsCanBeSwitchedOffAndChangeNoBit() {
        List<float[]> expected = train(cuda, 5);
        long graphs = cuda.graphsLaunched();
        long kernels = cuda.kernelsLaunched();
        assertThat(graphs).isPositive();
        try (CudaBackend other = new CudaBackend(CudaBackend.Precision.FLOAT32)) {
            other.useGraphs(false);
            List<float[]> without = train(other, 5);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(without.get(i)).as("result " + i).containsExactly(expected.get(i));
            }
            assertThat(other.graphsLaunched()).isZero();
            assertThat(other.kernelsLaunched()).isEqualTo(kernels);
        }
    }

    /** What is asked of the device happens when somebody waits, so a place written twice too soon would be seen. */
    @Test
    void manyBatchesOnTheirWayAtOnceDoNotMeet() {
        Tensor x = cuda.empty(Shape.of(1000));
        Tensor sums = cuda.empty(Shape.of(20, 1000));
        cuda.fill(0, sums);
        for (int i = 0; i < 20; i++) {
            float[] values = new float[1000];
            Arrays.fill(values, i + 1);
            cuda.write(values, x);
            Arrays.fill(values, -1);
            cuda.copyColumns(x.reshape(1, 1000), 0, sums.reshape(1, 20_000), 1000 * i, 1000);
        }
        float[] all = sums.toArray();
        for (int i = 0; i < all.length; i++) {
            assertThat(all[i]).as("value " + i).isEqualTo(i / 1000 + 1);
        }
    }

    @Test
    void tensorsOfOthersAndOfAClosedBackendAreRefused() {
        Tensor own = cuda.empty(Shape.of(3));
        cuda.fill(2, own);
        Tensor foreign = Tensor.of(new float[3], 3);
        assertThatThrownBy(() -> cuda.add(own, foreign, own))
                .hasMessageContaining("belongs to cpu (")
                .hasMessageContaining("move it with tensor.to(backend)");
        RandomStream random = new RandomStream(1, 2);
        assertThatThrownBy(() -> cuda.uniform(random, 0, 1, foreign)).hasMessageContaining("belongs to cpu (");
        assertThat(random.position()).isZero();
        assertThatThrownBy(() -> cuda.clamp(foreign, 0, 1, own)).isInstanceOf(IllegalArgumentException.class);
        assertThat(own.toArray()).as("nothing was launched").containsOnly(2);
        try (CudaBackend other = new CudaBackend(CudaBackend.Precision.FLOAT32)) {
            Tensor theirs = other.empty(Shape.of(3));
            assertThatThrownBy(() -> cuda.copy(theirs, own)).hasMessageContaining("and was given to");
        }
        cuda.close();
        assertThatThrownBy(own::toArray).hasMessageContaining("was closed: its tensors are gone");
    }

    @Test
    void imagesAreMovedAndBlanked() {
        Tensor x = cuda.tensor(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, Shape.of(2, 2, 2, 1));
        Tensor y = cuda.empty(x.shape());
        cuda.translate(x, new int[] {1, 0}, new int[] {0, -1}, y);
        assertThat(y.toArray()).containsExactly(0, 0, 1, 2, 6, 0, 8, 0);
        cuda.blank(x, new int[] {0, -1}, new int[] {1, 0}, 2, 1, y);
        assertThat(y.toArray()).containsExactly(1, 0, 3, 0, 0, 6, 7, 8);
    }
}
