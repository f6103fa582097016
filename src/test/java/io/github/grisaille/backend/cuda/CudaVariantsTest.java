package io.github.grisaille.backend.cuda;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.groupNorm;
import static io.github.grisaille.nn.Layers.instanceNorm;
import static io.github.grisaille.nn.Layers.layerNorm;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;

import io.github.grisaille.backend.cpu.PlainLoops;
import io.github.grisaille.loss.Loss;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.loss.Reduction;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Example;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training with weighted losses, and with normalisations without gain and shift. */
class CudaVariantsTest extends CudaFresh {
    private static final int BATCH = 5;
    private static final int STEPS = 4;

    static Stream<Loss> losses() {
        Tensor weights = Tensor.of(new float[] {1, 3, 0.5f}, 3);
        return Stream.of(
                Losses.squaredError(Reduction.SUM_PER_ITEM).weighted(weights),
                Losses.huber(0.3f),
                Losses.binaryCrossEntropyOnLogits(Reduction.MEAN, 4),
                Losses.softmaxCrossEntropy(Reduction.MEAN, 0.1f).weighted(weights));
    }

    private static Sequential network() {
        return sequential(
                        conv2d(2, 6, 3, 1, 1),
                        batchNorm(6).withoutAffine(),
                        leakyRelu(0.2f),
                        layerNorm(6),
                        dense(6, 8).onLastAxis(),
                        groupNorm(2, 8),
                        tanh(),
                        instanceNorm(8).withoutAffine(),
                        layerNorm(4, 8).withoutAffine(),
                        flatten(),
                        dense(4 * 4 * 8, 3))
                .initialize(5);
    }

    /** Weights and losses after some steps. */
    private static List<float[]> train(Backend backend, Loss loss) {
        Sequential network = network();
        network.to(backend);
        double[] values = new Trainer(network, loss)
                .optimizer(Optimizers.sgd(0.01f))
                .steps(STEPS)
                .progress(Progress.silent())
                .fit((step, random) ->
                        new Example(Samples.normal(step, BATCH, 4, 4, 2).to(backend), oneHot().to(backend)))
                .values("loss");
        List<float[]> results = new ArrayList<>();
        network.parameters().forEach(parameter -> results.add(parameter.value().toArray()));
        float[] history = new float[values.length];
        for (int i = 0; i < history.length; i++) {
            history[i] = (float) values[i];
        }
        results.add(history);
        return results;
    }

    private static Tensor oneHot() {
        float[] rows = new float[BATCH * 3];
        for (int i = 0; i < BATCH; i++) {
            rows[3 * i + i % 3] = 1;
        }
        return Tensor.of(rows, BATCH, 3);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void trainingAgreesWithTheCpu(Loss loss) {
        List<float[]> ours = train(cuda, loss);
        List<float[]> theirs = train(PlainLoops.backend(1), loss);
        for (int i = 0; i < theirs.size(); i++) {
            Samples.assertClose("result " + i, ours.get(i), theirs.get(i), 10_000);
        }
    }
}
