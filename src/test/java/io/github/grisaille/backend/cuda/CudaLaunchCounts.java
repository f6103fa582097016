package io.github.grisaille.backend.cuda;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.io.AtomicFile;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.plot.Rows;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.gan.Dcgan;
import io.github.grisaille.train.gan.Game;
import io.github.grisaille.train.gan.GanTrainer;
import io.github.grisaille.train.gan.Stabiliser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tech.tablesaw.api.Table;

/**
 * Counts the launches of one training step, and measures what launches cost in Java: {@code ./lab train gpu-launches}. It
 * needs no GPU. Without one, it starts another JVM with the tests' stand-in for the driver, which is idle: it counts kernels
 * and runs none. The times are then those of Java, JCuda and a driver that does nothing: the least that launches can cost.
 */
public final class CudaLaunchCounts {
    private static final int STEPS = 60;
    private static final int WARM_UP = 500;
    private static final int ROUNDS = 1001;
    private static final int MNIST_BATCH = 128;
    private static final double MICRO = 1e-3;

    private CudaLaunchCounts() {}

    /** Counts in a JVM of its own, because a JVM chooses the driver when it starts, and writes the table. */
    public static void run(Path file) {
        try {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-modules",
                    "jdk.incubator.vector",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Xmx4g",
                    "-cp",
                    System.getProperty("java.class.path"),
                    CudaLaunchCounts.class.getName(),
                    file.toString()));
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            if (!CudaStandIn.realDevice()) {
                Path driver = CudaStandIn.build(List.of());
                if (driver == null) {
                    throw new IllegalStateException("there is no GPU, and no Linux with g++ to build the"
                            + " stand-in: count on a machine that has one of them");
                }
                builder.environment().put("LD_LIBRARY_PATH", driver.getParent().toString());
                builder.environment().put("STAND_IN_IDLE", "1");
                builder.environment().put("STAND_IN_MEGABYTES", "8192");
            }
            if (builder.start().waitFor() != 0) {
                throw new IllegalStateException("counting failed: see the messages above");
            }
        } catch (IOException broken) {
            throw new IllegalStateException("java could not be started", broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Counts in this JVM.
     *
     * @param arguments the CSV file to write
     */
    public static void main(String[] arguments) {
        Rows rows = Rows.titled(
                "one training step",
                "network",
                "kernels",
                "submissions",
                "host µs, kernel by kernel",
                "host µs, as one graph",
                "driver");
        for (boolean convolutions : new boolean[] {false, true}) {
            try (CudaBackend backend = new CudaBackend(CudaPrecision.TF32)) {
                long[] counted = count(backend, convolutions);
                rows.add(
                        convolutions ? "DCGAN 64×64, batch 128" : "MLP GAN, batch 128",
                        counted[0],
                        counted[1],
                        microseconds(backend, counted[0], false),
                        microseconds(backend, counted[0], true),
                        backend.name());
            }
        }
        Table table = rows.table();
        System.out.println(table.printAll());
        ByteArrayOutputStream csv = new ByteArrayOutputStream();
        table.write().csv(csv);
        AtomicFile.write(Path.of(arguments[0]), csv.toByteArray());
    }

    /** The kernels and the graphs of one step late in the run. */
    private static long[] count(CudaBackend backend, boolean convolutions) {
        List<long[]> seen = new ArrayList<>();
        train(backend, convolutions, new Stabiliser() {
            @Override
            public void afterGeneratorStep(Game game) {
                seen.add(new long[] {backend.kernelsLaunched(), backend.graphsLaunched()});
            }
        });
        long[] last = seen.get(STEPS - 2);
        long[] before = seen.get(STEPS - 3);
        return new long[] {last[0] - before[0], last[1] - before[1]};
    }

    /** The median time to give so many small kernels, whose records are written, to the driver. */
    private static double microseconds(CudaBackend backend, long kernels, boolean graphs) {
        backend.useGraphs(graphs);
        Tensor x = backend.empty(Shape.of(1));
        long[] times = new long[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            for (long i = 0; i < kernels; i++) {
                backend.clamp(x, 0, 1, x);
            }
            long start = System.nanoTime();
            backend.synchronize();
            if (round >= 0) {
                times[round] = System.nanoTime() - start;
            }
        }
        Arrays.sort(times);
        return Math.round(times[ROUNDS / 2] * MICRO * 10) / 10.0;
    }

    private static void train(Backend backend, boolean convolutions, Stabiliser counter) {
        Dcgan dcgan = Dcgan.of(64);
        Sequential generator = convolutions
                ? dcgan.generator(1)
                : sequential(dense(100, 128), leakyRelu(0.2f), dense(128, 784), tanh())
                        .initialize(1);
        Sequential discriminator = convolutions
                ? dcgan.discriminator(2)
                : sequential(dense(784, 128), leakyRelu(0.2f), dense(128, 1)).initialize(2);
        generator.to(backend);
        discriminator.to(backend);
        Shape item = convolutions ? dcgan.picture() : Shape.of(784);
        Tensor items = Backend.cpu().empty(item.batchOf(4 * MNIST_BATCH));
        Backend.cpu().fill(0.5f, items);
        GanTrainer trainer = convolutions
                ? dcgan.trainer(generator, discriminator)
                : new GanTrainer(generator, discriminator).optimizers(Optimizers.adam(2e-4f), Optimizers.adam(2e-4f));
        int[] shape = convolutions ? new int[] {64, 64, 3} : new int[] {784};
        trainer.batch(MNIST_BATCH)
                .epochs(STEPS / 4)
                .seed(1)
                .progress(Progress.silent())
                .stabilisers(counter)
                .fit(new ArrayDataset(items.toArray(), shape));
    }
}
