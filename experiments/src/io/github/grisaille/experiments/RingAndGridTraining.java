package io.github.grisaille.experiments;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.pack;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.spectralNorm;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Synthetic;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.metric.ModeCoverage;
import io.github.grisaille.nn.Dense;
import io.github.grisaille.nn.Initializers;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.gan.GanTrainer;
import io.github.grisaille.train.gan.InstanceNoise;
import io.github.grisaille.train.gan.MovingAverage;
import io.github.grisaille.train.gan.Stabiliser;
import io.github.grisaille.train.gan.UnrolledDiscriminator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Trains many small GANs on the ring of 8 and the grid of 25, and writes their mode coverage as CSV: {@code ./lab train
 * ring-and-grid}. Each method has five seeds. It is measured on 2,500 samples of the last generator and of the EMA of
 * its weights. Existing lines of the file are kept, so a stopped command continues where it was.
 *
 * <p>The short methods change one thing of a common run: z of 64 normals, both networks with two hidden layers of 128
 * LeakyReLUs, Adam 1e-3 with β₁ 0.5, batch size 128, 2,000 steps of G at a constant rate. The tuned methods have three
 * such layers, batch size 256, R1 (γ 0.03), linear decay to 0 in the second half of 6,000 steps, and ReLUs in G, which
 * bend more sharply between the modes. On the grid, with three times as many modes, they have batch size 512, γ 0.02
 * and 12,000 steps.
 */
final class RingAndGridTraining {
    private static final long SHORT_SEED = 11;
    /** Larger than all seeds with which the tuned settings were chosen. */
    private static final long TUNED_SEED = 51;

    private static final long TUNED_GRID_SEED = 71;

    private static final int SEEDS = 5;
    private static final int SAMPLES = 2500;
    private static final int WIDTH = 128;
    private static final int TUNED_HIDDEN = 3;
    private static final float SLOPE = 0.2f;
    private static final float RATE = 1e-3f;
    private static final float BETA = 0.5f;
    private static final float DECAY = 0.995f;
    private static final int SHORT_STEPS = 2000;
    private static final int TUNED_STEPS = 6000;
    private static final int TUNED_BATCH = 256;
    private static final float RING_GAMMA = 0.03f;
    private static final float GRID_GAMMA = 0.02f;
    private static final int CRITIC_STEPS = 5;
    private static final String HEADER =
            "data,method,seed,generator,strict modes,loose modes,high quality,deviation ratio,core seconds";

    /** The change of the common run by a method. It must pass on the average as one of its stabilisers. */
    private interface Change {
        GanTrainer of(GanTrainer trainer, Stabiliser average);
    }

    /** One method on one data set. */
    private record Method(
            boolean grid,
            String name,
            Latent latent,
            int hidden,
            int batch,
            int steps,
            int discriminatorSteps,
            int packed,
            boolean spectral,
            boolean reluInG,
            Change change) {
        long firstSeed() {
            if (hidden < TUNED_HIDDEN) {
                return SHORT_SEED;
            }
            return grid ? TUNED_GRID_SEED : TUNED_SEED;
        }

        String data() {
            return grid ? "grid" : "ring";
        }

        ArrayDataset points(long seed) {
            int count = batch * steps * discriminatorSteps;
            return grid ? Synthetic.grid(count, seed) : Synthetic.ring(count, seed);
        }

        ModeCoverage judge(Tensor samples) {
            return grid ? ModeCoverage.ofGrid(samples) : ModeCoverage.ofRing(samples);
        }
    }

    private RingAndGridTraining() {}

    static void train(Path file) {
        RunLines lines = new RunLines(file, HEADER);
        for (Method method : methods()) {
            for (long seed = method.firstSeed(); seed < method.firstSeed() + SEEDS; seed++) {
                String key = method.data() + "," + method.name + "," + seed + ",";
                if (!lines.has(key)) {
                    lines.add(play(method, seed, key));
                }
            }
        }
        System.out.println(file + ": " + lines.count() + " lines");
    }

    private static List<Method> methods() {
        List<Method> methods = new ArrayList<>();
        methods.add(brief("plain", (trainer, average) -> trainer));
        methods.add(brief(
                "Adam's default β₁ 0.9",
                (trainer, average) -> trainer.optimizers(Optimizers.adam(RATE), Optimizers.adam(RATE))));
        methods.add(tuned(false, "tuned with bits in z", Latent.normal(4).with(Latent.signs(6))));
        methods.add(brief(
                "one-sided smoothing 0.1",
                (trainer, average) -> trainer.loss(GanLoss.nonSaturating().smoothed(0.1f))));
        methods.add(brief(
                "instance noise 0.5",
                (trainer, average) ->
                        trainer.stabilisers(average, new InstanceNoise(0.5f, Schedule.linear(0, SHORT_STEPS, 0)))));
        methods.add(brief("R1 0.1", (trainer, average) -> trainer.penalties(GradientPenalty.r1(0.1f))));
        methods.add(new Method(
                false,
                "hinge and spectral norm",
                Latent.normal(64),
                2,
                128,
                SHORT_STEPS,
                1,
                1,
                true,
                false,
                (trainer, average) -> trainer.loss(GanLoss.hinge())));
        methods.add(onGrid(brief("plain", (trainer, average) -> trainer)));
        methods.add(tuned(true, "tuned with bits in z", Latent.normal(4).with(Latent.signs(8))));
        methods.add(brief("least squares", (trainer, average) -> trainer.loss(GanLoss.leastSquares())));
        methods.add(packed(2));
        methods.add(onGrid(brief("R1 0.1", (trainer, average) -> trainer.penalties(GradientPenalty.r1(0.1f)))));
        methods.add(tuned(false, "tuned with z of 2 normals", Latent.normal(2)));
        methods.add(brief(
                "unrolled 5 steps",
                (trainer, average) -> trainer.stabilisers(
                        average, new UnrolledDiscriminator(CRITIC_STEPS, Optimizers.adam(RATE, BETA)))));
        methods.add(critic(
                "WGAN clipped to 0.1",
                (trainer, average) -> trainer.optimizers(
                        Optimizers.rmsprop(RATE), Optimizers.rmsprop(RATE).clipWeights(0.1f))));
        methods.add(critic("WGAN-GP 10", (trainer, average) -> trainer.penalties(GradientPenalty.wganGp(10))));
        methods.add(packed(4));
        return methods;
    }

    private static Method brief(String name, Change change) {
        return new Method(false, name, Latent.normal(64), 2, 128, SHORT_STEPS, 1, 1, false, false, change);
    }

    private static Method packed(int size) {
        return new Method(
                false,
                "PacGAN " + size,
                Latent.normal(64),
                2,
                128,
                SHORT_STEPS,
                1,
                size,
                false,
                false,
                (trainer, average) -> trainer);
    }

    /** A critic takes five steps for each step of G, as in the papers. */
    private static Method critic(String name, Change change) {
        return new Method(
                false,
                name,
                Latent.normal(64),
                2,
                128,
                SHORT_STEPS,
                CRITIC_STEPS,
                1,
                false,
                false,
                (trainer, average) ->
                        change.of(trainer, average).loss(GanLoss.wasserstein()).discriminatorSteps(CRITIC_STEPS));
    }

    private static Method onGrid(Method method) {
        return new Method(
                true,
                method.name,
                method.latent,
                method.hidden,
                method.batch,
                method.steps,
                method.discriminatorSteps,
                method.packed,
                method.spectral,
                method.reluInG,
                method.change);
    }

    /** The grid has three times as many modes, so it gets twice the steps with twice the batch size. */
    private static Method tuned(boolean grid, String name, Latent latent) {
        int steps = grid ? 2 * TUNED_STEPS : TUNED_STEPS;
        float gamma = grid ? GRID_GAMMA : RING_GAMMA;
        return new Method(
                grid,
                name,
                latent,
                TUNED_HIDDEN,
                grid ? 2 * TUNED_BATCH : TUNED_BATCH,
                steps,
                1,
                1,
                false,
                true,
                (trainer, average) ->
                        trainer.penalties(GradientPenalty.r1(gamma)).optimizers(falling(steps), falling(steps)));
    }

    private static Optimizer falling(int steps) {
        return Optimizers.adam(RATE, BETA).schedule(Schedule.linear(steps / 2, steps, 0));
    }

    /** The two lines of one run: for the generator of the last step, and for the EMA of its weights. */
    private static List<String> play(Method method, long seed, String key) {
        double start = Samples.coreSeconds();
        Sequential generator = generator(method, seed);
        Sequential averaged = generator(method, seed);
        Stabiliser average = new MovingAverage(averaged, DECAY);
        GanTrainer trainer = new GanTrainer(generator, discriminator(method, seed))
                .latent(method.latent)
                .optimizers(Optimizers.adam(RATE, BETA), Optimizers.adam(RATE, BETA))
                .stabilisers(average)
                .batch(method.batch)
                .seed(seed)
                .progress(Progress.silent());
        method.change.of(trainer, average).fit(method.points(seed));
        double seconds = Samples.coreSeconds() - start;
        Tensor z = method.latent.draw(SAMPLES, seed + 1000);
        return List.of(
                key + line("last", method.judge(generator.predict(z)), seconds),
                key + line("averaged", method.judge(averaged.predict(z)), seconds));
    }

    private static String line(String generator, ModeCoverage found, double seconds) {
        return String.format(
                Locale.ROOT,
                "%s,%d,%d,%.4f,%.3f,%.0f",
                generator,
                found.strict(),
                found.loose(),
                found.highQuality(),
                found.deviationRatio(),
                seconds);
    }

    private static Sequential generator(Method method, long seed) {
        int inputs = method.latent.item().size();
        return network(
                        inputs,
                        method,
                        2,
                        method.reluInG ? relu() : leakyRelu(SLOPE),
                        UnaryOperator.identity(),
                        new ArrayList<>())
                .initialize(Initializers.uniformFanIn(), 2 * seed);
    }

    private static Sequential discriminator(Method method, long seed) {
        List<Layer> layers = new ArrayList<>();
        if (method.packed > 1) {
            layers.add(pack(method.packed));
        }
        UnaryOperator<Layer> norm = layer -> method.spectral ? spectralNorm((Dense) layer) : layer;
        return network(2 * method.packed, method, 1, leakyRelu(SLOPE), norm, layers)
                .initialize(Initializers.uniformFanIn(), 2 * seed + 1);
    }

    private static Sequential network(
            int inputs, Method method, int outputs, Layer bend, UnaryOperator<Layer> wrap, List<Layer> layers) {
        int width = inputs;
        for (int i = 0; i < method.hidden; i++) {
            layers.add(wrap.apply(dense(width, WIDTH)));
            layers.add(bend);
            width = WIDTH;
        }
        layers.add(wrap.apply(dense(width, outputs)));
        return new Sequential(layers.toArray(Layer[]::new));
    }
}
