package io.github.grisaille.backend.cuda;

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
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.gan.GanTrainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * One part of what {@link CudaMeasure} measures, in a JVM of its own. So a kernel that fails, or a part that hangs, does not
 * harm the others. A line that begins with {@link #ROW} is a row of results, with tabs between its fields. Other lines are
 * for people.
 */
final class CudaMeasurePart {
    static final String ROW = "row\t";

    private static final float RATE = 2e-4f;
    private static final int AGREEING_STEPS = 10;
    private static final int CHUNKS = 12;
    private static final int WARM_UP_CHUNKS = 2;
    private static final int PATIENCE_MILLISECONDS = 200;
    private static final double MILLI = 1e3;
    /** Each of two factors is rounded by up to 2⁻¹¹ of itself; a tenth more is for the sums in float. */
    private static final double TF32_TOLERANCE = 1.1 / 1024;

    private static final double FLOAT_TOLERANCE = 1e-4;
    private static final double TF32_LOSS_TOLERANCE = 1e-2;
    private static final double MEGABYTE = 1 << 20;

    /** A GAN's two networks, its data, and the number of steps that are timed together. */
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

    private final boolean small;

    private CudaMeasurePart(boolean small) {
        this.small = small;
    }

    /**
     * @param arguments the part: primitives, tf32, losses, mlp, dcgan or memory; {@code small} for the stand-in
     */
    public static void main(String[] arguments) {
        CudaMeasurePart part = new CudaMeasurePart(arguments.length > 1 && arguments[1].equals("small"));
        switch (arguments[0]) {
            case "primitives" -> part.primitives();
            case "tf32" -> part.tf32();
            case "losses" -> part.losses();
            case "mlp" -> part.times(part.mlp());
            case "dcgan" -> part.times(part.small ? dcgan(2, 2, 1) : dcgan(64, 128, 20));
            case "memory" -> part.memory();
            default -> throw new IllegalArgumentException("there is no part " + arguments[0]);
        }
    }

    private static void row(String workload, String what, String precision, double value, String unit, String wanted) {
        System.out.println(ROW
                + String.join(
                        "\t", workload, what, precision, String.format(Locale.ROOT, "%.4g", value), unit, wanted));
    }

    private static String atMost(double limit) {
        return String.format(Locale.ROOT, "at most %.2g", limit);
    }

    // ---- agreement

    private void primitives() {
        try (CudaBackend exact = new CudaBackend(CudaPrecision.FLOAT32)) {
            System.out.println(exact.name() + "; " + exact.memory());
            if (small) {
                CudaEveryPrimitive.few(exact);
            } else {
                CudaEveryPrimitive.all(exact);
            }
            System.out.println(
                    "every primitive agrees with the Java backend's plain loops, sums to 1e-4 of their terms");
            row("primitives", "agree with the CPU's", "float32", 1, "yes", "at least 1");
        }
    }

    /** The largest error of some products, divided by the sum of their terms' magnitudes. */
    private void tf32() {
        try (CudaBackend fast = new CudaBackend(CudaPrecision.TF32)) {
            int channels = small ? 4 : 64;
            ConvGeometry g = ConvGeometry.square(4, 2, 1);
            int[] image = {small ? 2 : 16, 16, 16, channels};
            int[] out = {image[0], 8, 8, 2 * channels};
            int[] weight = {4, 4, channels, 2 * channels};
            int side = small ? 40 : 700;
            double worst = disagreement(
                    fast,
                    new int[] {side, side},
                    new int[] {side, side},
                    new int[] {side, side},
                    (t, backend) -> backend.matmul(Factor.of(t[0]), Factor.of(t[1]), t[2]));
            worst = Math.max(
                    worst,
                    disagreement(
                            fast,
                            image,
                            weight,
                            out,
                            (t, backend) -> backend.conv(t[0], t[1], Epilogue.NONE, g, t[2])));
            worst = Math.max(
                    worst,
                    disagreement(
                            fast,
                            out,
                            weight,
                            image,
                            (t, backend) -> backend.convTranspose(t[0], t[1], Epilogue.NONE, g, t[2])));
            worst = Math.max(
                    worst,
                    disagreement(
                            fast,
                            image,
                            out,
                            weight,
                            (t, backend) -> backend.convWeightGradient(t[0], t[1], g, Write.REPLACE, t[2])));
            System.out.printf(
                    Locale.ROOT,
                    "%s: products and convolutions are off by at most %.1e of the sum of their terms' magnitudes%n",
                    fast.name(),
                    worst);
            row("products", "largest error over the sum of magnitudes", "TF32", worst, "", atMost(TF32_TOLERANCE));
        }
    }

    private static double disagreement(
            CudaBackend fast, int[] a, int[] b, int[] c, BiConsumer<Tensor[], Backend> product) {
        Backend cpu = Backend.cpu();
        Tensor[] own = {drawn(1, a), drawn(2, b), cpu.empty(Shape.of(c))};
        Tensor[] magnitudes = {magnitudes(own[0]), magnitudes(own[1]), cpu.empty(Shape.of(c))};
        Tensor[] there = {own[0].to(fast), own[1].to(fast), fast.empty(Shape.of(c))};
        product.accept(own, cpu);
        product.accept(magnitudes, cpu);
        product.accept(there, fast);
        float[] expected = own[2].toArray();
        float[] scale = magnitudes[2].toArray();
        float[] got = there[2].toArray();
        double worst = 0;
        for (int i = 0; i < got.length; i++) {
            double error = Math.abs((double) got[i] - expected[i]) / scale[i];
            // true for NaN too
            worst = error <= worst ? worst : error;
        }
        return worst;
    }

    private static Tensor drawn(long seed, int... shape) {
        Tensor tensor = Backend.cpu().empty(Shape.of(shape));
        Backend.cpu().uniform(new RandomStream(seed, 0), -1, 1, tensor);
        return tensor;
    }

    private static Tensor magnitudes(Tensor x) {
        float[] values = x.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        return Backend.cpu().tensor(values, x.shape());
    }

    /** How much losses differ from the CPU's: after one step, and after some steps, when Adam has enlarged small differences. */
    private void losses() {
        for (CudaPrecision precision : CudaPrecision.values()) {
            boolean exact = precision == CudaPrecision.FLOAT32;
            String wanted = atMost(exact ? FLOAT_TOLERANCE : TF32_LOSS_TOLERANCE);
            String named = exact ? "float32" : "TF32";
            try (CudaBackend backend = new CudaBackend(precision)) {
                for (Game game : List.of(mlp(), small ? dcgan(2, 2, 1) : dcgan(8, 8, 10))) {
                    double[] off = disagreement(game, backend);
                    System.out.printf(
                            Locale.ROOT,
                            "%s, %s: losses differ from the CPU's by %.1e of themselves at step 1, by at most %.1e in %d"
                                    + " steps%n",
                            game.name,
                            named,
                            off[0],
                            off[1],
                            AGREEING_STEPS);
                    row(game.name, "losses of step 1 differ from the CPU's by", named, off[0], "", wanted);
                    row(game.name, "losses of " + AGREEING_STEPS + " steps differ by", named, off[1], "", "");
                }
            }
        }
    }

    private static double[] disagreement(Game game, Backend other) {
        Dataset data = data(game);
        History a = train(game, Backend.cpu(), data, AGREEING_STEPS, () -> {});
        History b = train(game, other, data, AGREEING_STEPS, () -> {});
        double first = 0;
        double worst = 0;
        for (String series : List.of("discriminator loss", "generator loss")) {
            for (int i = 0; i < AGREEING_STEPS; i++) {
                double expected = a.values(series)[i];
                double off = Math.abs(b.values(series)[i] - expected) / Math.max(1e-3, Math.abs(expected));
                worst = off <= worst ? worst : off;
                first = i > 0 || off <= first ? first : off;
            }
        }
        return new double[] {first, worst};
    }

    // ---- time

    private void times(Game game) {
        for (CudaPrecision precision : List.of(CudaPrecision.TF32, CudaPrecision.FLOAT32)) {
            for (boolean graphs : new boolean[] {true, false}) {
                try (CudaBackend backend = new CudaBackend(precision)) {
                    backend.useGraphs(graphs);
                    double time = MILLI * seconds(game, backend);
                    String how = "Grisaille, " + (graphs ? "CUDA graph" : "kernel by kernel");
                    String named = precision == CudaPrecision.TF32 ? "TF32" : "float32";
                    System.out.printf(
                            Locale.ROOT,
                            "%s: %s, %s: %.3f ms a step; memory: %s%n",
                            game.name,
                            how,
                            backend.name(),
                            time,
                            backend.memory());
                    row(game.name, how, named, time, "ms a step", "");
                }
            }
        }
    }

    /** Seconds a step: the median over chunks of steps. At the end of a chunk the losses are on the host. */
    private double seconds(Game game, Backend backend) {
        List<Long> ends = new ArrayList<>();
        int timed = small ? 2 : CHUNKS;
        long steps = (long) game.chunk * (timed + WARM_UP_CHUNKS);
        train(game, backend, data(game), steps, () -> ends.add(System.nanoTime()));
        double[] chunks = new double[timed];
        for (int i = 0; i < timed; i++) {
            chunks[i] = (ends.get(i + WARM_UP_CHUNKS) - ends.get(i + WARM_UP_CHUNKS - 1)) / 1e9 / game.chunk;
        }
        Arrays.sort(chunks);
        return chunks[timed / 2];
    }

    // ---- memory

    private void memory() {
        Game game = mlp();
        int steps = small ? 40 : 10_000;
        List<CudaMemoryReport> seen = new ArrayList<>();
        try (CudaBackend backend = new CudaBackend(CudaPrecision.TF32)) {
            Game counted = new Game(game.name, game.id, game.latent, game.item, game.batch, steps / 10, game.networks);
            train(counted, backend, data(game), steps, () -> seen.add(afterCollection(backend)));
        }
        CudaMemoryReport early = seen.get(1);
        CudaMemoryReport late = seen.get(9);
        double more = (late.used() - early.used()) / MEGABYTE;
        System.out.printf(
                Locale.ROOT, "%s: after %,d steps %s; after %,d steps %s%n", game.name, steps / 5, early, steps, late);
        row(
                game.name,
                "more memory used after " + steps + " steps than after " + steps / 5,
                "TF32",
                more,
                "MB",
                atMost(1));
    }

    /** Memory after the tensors that nobody holds have come back. */
    private static CudaMemoryReport afterCollection(CudaBackend backend) {
        System.gc();
        try {
            Thread.sleep(PATIENCE_MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return backend.memory();
    }

    // ---- workloads

    private Game mlp() {
        int width = small ? 16 : 128;
        return new Game(
                "MLP GAN, batch " + (small ? 4 : 128),
                "mlp",
                new int[] {100},
                new int[] {784},
                small ? 4 : 128,
                small ? 2 : 200,
                game -> new Sequential[] {
                    sequential(dense(100, width), leakyRelu(0.2f), dense(width, 784), tanh()),
                    sequential(dense(784, width), leakyRelu(0.2f), dense(width, 1))
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
}
