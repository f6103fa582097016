package io.github.grisaille.backend;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.GanTrainer;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Measures the CUDA backend on the machine it runs on: agreement with the CPU, seconds a training step beside PyTorch
 * (without and with CUDA graphs, where it is installed), and memory over many steps.
 *
 * <p>{@code ./lab bench --device cuda} runs it; bench/cuda/pack makes a folder that runs it on a machine without Java.
 */
public final class CudaMeasure {
    private static final float RATE = 2e-4f;
    private static final int AGREEING_STEPS = 10;
    private static final int CHUNKS = 12;
    private static final int WARM_UP_CHUNKS = 2;
    private static final int STEPS_FOR_LEAKS = 10_000;

    /** A GAN's two networks, its data and how many steps to time at once. */
    private record Game(
            String name,
            String id,
            int[] latent,
            int[] item,
            int batch,
            int chunk,
            Function<Game, Sequential[]> networks) {
        Sequential[] make(Backend backend) {
            Sequential[] made = networks.apply(this);
            made[0].initialize(1).to(backend);
            made[1].initialize(2).to(backend);
            return made;
        }
    }

    private CudaMeasure() {}

    private static Game mlp() {
        return new Game(
                "MLP GAN, batch 128", "mlp", new int[] {100}, new int[] {784}, 128, 200, game -> new Sequential[] {
                    sequential(dense(100, 128), leakyRelu(0.2f), dense(128, 784), tanh()),
                    sequential(dense(784, 128), leakyRelu(0.2f), dense(128, 1))
                });
    }

    private static Game dcgan(int base, int batch, int chunk) {
        return new Game(
                "DCGAN 64×64, width " + base + ", batch " + batch,
                "dcgan",
                new int[] {1, 1, 100},
                new int[] {64, 64, 3},
                batch,
                chunk,
                game -> new Sequential[] {
                    sequential(
                            convTranspose2d(100, 8 * base, 4, 1, 0, false),
                            batchNorm(8 * base),
                            relu(),
                            convTranspose2d(8 * base, 4 * base, 4, 2, 1, false),
                            batchNorm(4 * base),
                            relu(),
                            convTranspose2d(4 * base, 2 * base, 4, 2, 1, false),
                            batchNorm(2 * base),
                            relu(),
                            convTranspose2d(2 * base, base, 4, 2, 1, false),
                            batchNorm(base),
                            relu(),
                            convTranspose2d(base, 3, 4, 2, 1, false),
                            tanh()),
                    sequential(
                            conv2d(3, base, 4, 2, 1, false),
                            leakyRelu(0.2f),
                            conv2d(base, 2 * base, 4, 2, 1, false),
                            batchNorm(2 * base),
                            leakyRelu(0.2f),
                            conv2d(2 * base, 4 * base, 4, 2, 1, false),
                            batchNorm(4 * base),
                            leakyRelu(0.2f),
                            conv2d(4 * base, 8 * base, 4, 2, 1, false),
                            batchNorm(8 * base),
                            leakyRelu(0.2f),
                            conv2d(8 * base, 1, 4, 1, 0, false),
                            flatten())
                });
    }

    private static Dataset data(Game game) {
        Shape shape = Shape.of(game.item).batchOf(4 * game.batch);
        Tensor values = Backend.cpu().empty(shape);
        Backend.cpu().uniform(new RandomStream(3, 0), -1, 1, values);
        return new ArrayDataset(values.toArray(), game.item);
    }

    private static History train(Game game, Backend backend, Dataset data, long steps, Runnable afterChunk) {
        Sequential[] networks = game.make(backend);
        return new GanTrainer(networks[0], networks[1])
                .optimizers(Optimizers.adam(RATE), Optimizers.adam(RATE))
                .latent(Latent.normal(game.latent))
                .batch(game.batch)
                .epochs((steps + 3) / 4)
                .seed(1)
                .progress(Progress.silent())
                .everySteps(game.chunk, step -> afterChunk.run())
                .fit(data);
    }

    /** The largest relative difference of the losses of some steps. */
    private static double disagreement(Game game, Backend one, Backend other) {
        Dataset data = data(game);
        History a = train(game, one, data, AGREEING_STEPS, () -> {});
        History b = train(game, other, data, AGREEING_STEPS, () -> {});
        double worst = 0;
        for (String series : List.of("discriminator loss", "generator loss")) {
            for (int i = 0; i < AGREEING_STEPS; i++) {
                double expected = a.values(series)[i];
                worst = Math.max(worst, Math.abs(b.values(series)[i] - expected) / Math.max(1e-3, Math.abs(expected)));
            }
        }
        return worst;
    }

    /** Seconds a step: the median of chunks, each of which ends with the losses on the host. */
    private static double seconds(Game game, Backend backend) {
        List<Long> ends = new ArrayList<>();
        long steps = (long) game.chunk * (CHUNKS + WARM_UP_CHUNKS);
        train(game, backend, data(game), steps, () -> ends.add(System.nanoTime()));
        double[] chunks = new double[CHUNKS];
        for (int i = 0; i < CHUNKS; i++) {
            chunks[i] = (ends.get(i + WARM_UP_CHUNKS) - ends.get(i + WARM_UP_CHUNKS - 1)) / 1e9 / game.chunk;
        }
        Arrays.sort(chunks);
        return chunks[CHUNKS / 2];
    }

    private static void leaks(CudaBackend backend) {
        Game game = mlp();
        List<Long> allocated = new ArrayList<>();
        train(
                game,
                backend,
                data(game),
                STEPS_FOR_LEAKS,
                () -> allocated.add(backend.memory().allocated()));
        System.out.printf(
                "memory over %,d steps of the MLP GAN: %s allocated after %d steps, %s at the end; %s%n",
                STEPS_FOR_LEAKS,
                CudaMemory.megabytes(allocated.get(4)),
                5 * game.chunk,
                CudaMemory.megabytes(allocated.get(allocated.size() - 1)),
                backend.memory());
    }

    /** What PyTorch says, a line for each way; nothing where it is not installed or sees no GPU. */
    private static void pytorch(Path script, Game game, String precision) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "python3", script.toString(), game.id, String.valueOf(game.batch), precision)
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(line -> System.out.println("    " + line));
        }
        process.waitFor();
    }

    /**
     * @param arguments the folder of pytorch_cuda_steps.py, if not bench
     */
    public static void main(String[] arguments) throws Exception {
        String absence = CudaDriver.absence();
        if (absence != null) {
            System.err.println("bench: " + absence);
            System.exit(1);
        }
        Path script = Path.of(arguments.length > 0 ? arguments[0] : "bench", "pytorch_cuda_steps.py");
        try (CudaBackend exact = new CudaBackend(CudaBackend.Precision.FLOAT32);
                CudaBackend fast = new CudaBackend(CudaBackend.Precision.TF32)) {
            System.out.println(exact.name() + "; " + fast.name() + "; " + exact.memory());
            CudaAgreementTest.everything(exact);
            System.out.println("every primitive agrees with the Java backend's plain loops (float32)");
            for (Game game : List.of(mlp(), dcgan(8, 8, 10))) {
                System.out.printf(
                        "%s: losses of %d steps differ from the CPU's by at most %.1e (float32), %.1e (TF32)%n",
                        game.name,
                        AGREEING_STEPS,
                        disagreement(game, Backend.cpu(), exact),
                        disagreement(game, Backend.cpu(), fast));
            }
            for (Game game : List.of(mlp(), dcgan(64, 128, 20))) {
                System.out.println(game.name);
                for (CudaBackend backend : List.of(exact, fast)) {
                    System.out.printf(
                            "    Grisaille, %s: %.3f ms a step%n", backend.name(), 1e3 * seconds(game, backend));
                }
                for (String precision : List.of("float32", "tf32")) {
                    pytorch(script, game, precision);
                }
            }
            leaks(fast);
        }
    }
}
