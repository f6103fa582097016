package io.github.grisaille.experiments;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.minibatchDiscrimination;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.optim.Optimizers.adam;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.metric.MnistMetrics;
import io.github.grisaille.metric.PairwiseDistance;
import io.github.grisaille.nn.Initializers;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.plot.Rows;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.gan.FeatureMatching;
import io.github.grisaille.train.gan.GanTrainer;
import io.github.grisaille.train.gan.MovingAverage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The MNIST GAN of notebook 06 with each remedy of the lab report, one at a time: {@code ./lab train
 * mnist-gan-remedies}. All runs have the same seeds and 12 epochs and are measured on the same 10,000 z. The report's
 * own settings continue to 100 epochs, which is its last remedy. Every run also keeps the EMA of G's weights (decay
 * 0.999), a further remedy that does not change the run.
 *
 * <p>Writes {@code mnist-gan-remedies.csv}, and {@code mnist-gan-remedies.safetensors} with 16 samples for each row.
 * Both are written again after every row, so a stopped run keeps its finished rows.
 */
final class MnistGanRemedies {
    private static final int SIZE = 784;
    private static final int LATENT = 100;
    private static final int HIDDEN = 128;
    private static final int BATCH = 128;
    private static final float RATE = 2e-4f;
    private static final float SLOPE = 0.2f;
    private static final float DECAY = 0.999f;
    private static final int MEASURED = 10_000;
    private static final int COMPARED = 1_000;
    private static final int SHOWN = 16;
    private static final long Z_SEED = 7;
    private static final long EPOCHS = 12;
    private static final long MANY_EPOCHS = 100;
    private static final Set<Long> MEASURED_AFTER = Set.of(EPOCHS, 25L, 50L, MANY_EPOCHS);

    /** One change of the report's settings. Each call makes new networks. */
    private record Remedy(
            Supplier<Sequential> generator,
            Supplier<Sequential> discriminator,
            long epochs,
            UnaryOperator<GanTrainer> settings) {
        Remedy(UnaryOperator<GanTrainer> settings) {
            this(MnistGanRemedies::generator, MnistGanRemedies::discriminator, EPOCHS, settings);
        }
    }

    private final Path folder;
    private final Dataset digits = Mnist.train().scaled(-1, 1).flat();
    private final MnistMetrics metrics = new MnistMetrics();
    private final Tensor z = Latent.normal(LATENT).draw(MEASURED, Z_SEED);
    private final Rows rows = Rows.titled(
            "remedies", "remedy", "epochs", "MNIST-FID", "MNIST-FID of averaged G", "mean distance", "core seconds");
    private final SafeTensors gallery = new SafeTensors()
            .describe("what", "16 samples a row of mnist-gan-remedies.csv, from -1 (black) to 1 (white)");

    private MnistGanRemedies(Path folder) {
        this.folder = folder;
    }

    /**
     * Runs the remedies.
     *
     * @param names the remedies to run; empty for all
     */
    static void run(Path folder, List<String> names) {
        Map<String, Remedy> remedies = remedies();
        if (!remedies.keySet().containsAll(names)) {
            throw new IllegalArgumentException("the remedies are " + remedies.keySet() + "; got " + names);
        }
        MnistGanRemedies runs = new MnistGanRemedies(folder);
        remedies.forEach((name, remedy) -> {
            if (names.isEmpty() || names.contains(name)) {
                runs.run(name, remedy);
            }
        });
    }

    private static Map<String, Remedy> remedies() {
        Map<String, Remedy> all = new LinkedHashMap<>();
        all.put(
                "BatchNorm in G",
                new Remedy(MnistGanRemedies::normalized, MnistGanRemedies::discriminator, EPOCHS, trainer -> trainer));
        all.put(
                "spectral norm in D",
                new Remedy(MnistGanRemedies::generator, MnistGanRemedies::spectral, EPOCHS, trainer -> trainer));
        all.put("R1 with gamma 0.1", new Remedy(trainer -> trainer.penalties(GradientPenalty.r1(0.1f))));
        all.put(
                "rates 1e-3, beta1 0.5, R1 with gamma 1",
                new Remedy(trainer ->
                        trainer.optimizers(adam(1e-3f, 0.5f), adam(1e-3f, 0.5f)).penalties(GradientPenalty.r1(1))));
        all.put(
                "minibatch discrimination",
                new Remedy(MnistGanRemedies::generator, MnistGanRemedies::comparing, EPOCHS, trainer -> trainer));
        all.put("feature matching", new Remedy(trainer -> trainer.generatorObjective(new FeatureMatching(2))));
        all.put(
                "one-sided smoothing 0.1",
                new Remedy(trainer -> trainer.loss(GanLoss.nonSaturating().smoothed(0.1f))));
        all.put("Adam's beta1 0.5", new Remedy(trainer -> trainer.optimizers(adam(RATE, 0.5f), adam(RATE, 0.5f))));
        all.put("rates 1e-4 for G, 4e-4 for D", new Remedy(trainer -> trainer.optimizers(adam(1e-4f), adam(4e-4f))));
        all.put("rates 1e-3 for both", new Remedy(trainer -> trainer.optimizers(adam(1e-3f), adam(1e-3f))));
        all.put("batches of 64", new Remedy(trainer -> trainer.batch(64)));
        all.put(
                "the report's",
                new Remedy(
                        MnistGanRemedies::generator, MnistGanRemedies::discriminator, MANY_EPOCHS, trainer -> trainer));
        return all;
    }

    private static Sequential generator() {
        return sequential(dense(LATENT, HIDDEN), leakyRelu(SLOPE), dense(HIDDEN, SIZE), tanh())
                .initialize(Initializers.normal(0.02f), 1);
    }

    private static Sequential normalized() {
        return sequential(
                        dense(LATENT, HIDDEN, false), batchNorm(HIDDEN), leakyRelu(SLOPE), dense(HIDDEN, SIZE), tanh())
                .initialize(Initializers.dcgan(), 1);
    }

    private static Sequential discriminator() {
        return sequential(dense(SIZE, HIDDEN), leakyRelu(SLOPE), dense(HIDDEN, 1))
                .initialize(Initializers.normal(0.02f), 2);
    }

    private static Sequential spectral() {
        return sequential(spectralNorm(dense(SIZE, HIDDEN)), leakyRelu(SLOPE), spectralNorm(dense(HIDDEN, 1)))
                .initialize(Initializers.normal(0.02f), 2);
    }

    private static Sequential comparing() {
        int kernels = 32;
        return sequential(
                        dense(SIZE, HIDDEN),
                        leakyRelu(SLOPE),
                        minibatchDiscrimination(HIDDEN, kernels, 8),
                        dense(HIDDEN + kernels, 1))
                .initialize(Initializers.normal(0.02f), 2);
    }

    private void run(String name, Remedy remedy) {
        Sequential generator = remedy.generator.get();
        Sequential averaged = remedy.generator.get();
        GanTrainer trainer = new GanTrainer(generator, remedy.discriminator.get())
                .optimizers(adam(RATE), adam(RATE))
                .batch(BATCH)
                .epochs(remedy.epochs)
                .seed(1)
                .stabilisers(new MovingAverage(averaged, DECAY));
        double start = Samples.coreSeconds();
        remedy.settings
                .apply(trainer)
                .everyEpochs(1, epoch -> {
                    if (MEASURED_AFTER.contains(epoch)) {
                        measure(name, epoch, generator.predict(z), averaged.predict(z), Samples.coreSeconds() - start);
                    }
                })
                .fit(digits);
    }

    private void measure(String name, long epoch, Tensor made, Tensor madeByAveraged, double seconds) {
        double fid = metrics.fid(made).value();
        double fidOfAveraged = metrics.fid(madeByAveraged).value();
        rows.add(name, epoch, fid, fidOfAveraged, PairwiseDistance.mean(Samples.first(made, COMPARED)), (long) seconds);
        gallery.put(name + ", " + epoch + " epochs", Samples.first(made, SHOWN));
        Samples.writeCsv(rows.table(), folder.resolve("mnist-gan-remedies.csv"));
        gallery.write(folder.resolve("mnist-gan-remedies.safetensors"));
        System.out.printf(
                Locale.ROOT,
                "%s, %d epochs: MNIST-FID %.1f, of the averaged G %.1f%n",
                name,
                epoch,
                fid,
                fidOfAveraged);
    }
}
