package io.github.grisaille.experiments;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Faces;
import io.github.grisaille.metric.FaceMetrics;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.plot.ImageGrid;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.gan.Dcgan;
import io.github.grisaille.train.gan.GanTrainer;
import io.github.grisaille.train.gan.MovingAverage;
import io.github.grisaille.train.gan.Stabiliser;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Trains DCGANs on drawn faces, one after another, each for the same number of epochs with the same seeds. For each run
 * it writes a line of CSV with the face metrics and a picture of eight faces. Runs that are in the file already are not
 * repeated, so a stopped series continues where it was.
 *
 * <p>Every run also keeps the EMA of G's weights, which does not change the run. Precision, recall, density, coverage
 * and the picture are for the EMA. D(x) and D(G(z)) are means over the last 100 steps.
 */
final class FaceGanRuns {
    /** The change of the recipe by a run. It must pass on the average as one of its stabilisers. */
    interface Change {
        GanTrainer of(GanTrainer trainer, Stabiliser average);
    }

    /**
     * One run.
     *
     * @param name the name, without commas
     * @param discriminator the architecture of D, which may differ from that of G
     */
    record Run(String name, Dcgan generator, Dcgan discriminator, Change change) {
        Run(String name, Dcgan both, Change change) {
            this(name, both, both, change);
        }
    }

    private static final String HEADER = "run,epochs,steps,Face-FID,Face-FID of averaged G,precision,recall,density,"
            + "coverage,D(x),D(G(z)),core seconds";
    private static final int FACES = 20_000;
    private static final long FACES_SEED = 1;
    private static final long SEED = 1;
    private static final long Z_SEED = 7;
    private static final int AT_A_TIME = 250;
    private static final int SHOWN = 8;
    private static final int LAST_STEPS = 100;
    /** The EMA averages over about 200 steps. */
    private static final float DECAY = 0.995f;

    private final Path file;
    private final int batch;
    private final long epochs;
    private final RunLines lines;
    private final Faces faces = Faces.draw(FACES, FACES_SEED);
    private final FaceMetrics metrics = new FaceMetrics();

    /**
     * Prepares a series of runs.
     *
     * @param file the CSV file; the pictures are in a folder of the same name next to it
     */
    FaceGanRuns(Path file, int batch, long epochs) {
        this.file = file;
        this.batch = batch;
        this.epochs = epochs;
        this.lines = new RunLines(file, HEADER);
    }

    /**
     * Does the runs that are not in the file yet.
     *
     * @param names the runs to do; empty for all
     */
    void play(List<Run> runs, List<String> names) {
        List<String> known = runs.stream().map(Run::name).toList();
        if (!known.containsAll(names)) {
            throw new IllegalArgumentException("the runs are " + known + "; got " + names);
        }
        for (Run run : runs) {
            boolean wanted = names.isEmpty() || names.contains(run.name);
            if (wanted && !lines.has(run.name + ",")) {
                lines.add(List.of(play(run)));
            }
        }
    }

    private String play(Run run) {
        Sequential generator = run.generator.generator(SEED);
        Sequential averaged = run.generator.generator(SEED);
        Stabiliser average = new MovingAverage(averaged, DECAY);
        GanTrainer trainer = run.generator
                .trainer(generator, run.discriminator.discriminator(SEED + 1))
                .stabilisers(average)
                .batch(batch)
                .epochs(epochs)
                .seed(SEED)
                .progress(Progress.silent());
        double start = Samples.coreSeconds();
        History history = run.change.of(trainer, average).fit(run.generator.pictures(faces.images()));
        double seconds = Samples.coreSeconds() - start;
        Tensor z = run.generator.latent().draw(FaceMetrics.HELD_OUT, Z_SEED);
        FaceMetrics.Measures last = metrics.measure(paint(run.generator, generator, z), SEED);
        Tensor painted = paint(run.generator, averaged, z);
        FaceMetrics.Measures ofAverage = metrics.measure(painted, SEED);
        ImageGrid.of(Samples.first(painted, SHOWN)).columns(SHOWN).scale(1).save(strip(run.name));
        return String.format(
                Locale.ROOT,
                "%s,%d,%d,%.1f,%.1f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.0f",
                run.name,
                epochs,
                history.size(),
                last.fid().value(),
                ofAverage.fid().value(),
                ofAverage.precisionRecall().precision(),
                ofAverage.precisionRecall().recall(),
                ofAverage.densityCoverage().density(),
                ofAverage.densityCoverage().coverage(),
                history.lastMean("D(x)", LAST_STEPS),
                history.lastMean("D(G(z))", LAST_STEPS),
                seconds);
    }

    private Path strip(String name) {
        String folder = file.getFileName().toString().replaceFirst("\\.csv$", "");
        return file.resolveSibling(folder).resolve(name + ".png");
    }

    /** The faces of a generator for z, from −1 to 1. The output of a generator from 0 to 1 is converted. */
    static Tensor paint(Dcgan dcgan, Sequential generator, Tensor z) {
        float[] faces = new float[Math.multiplyExact(z.axis(0), dcgan.picture().size())];
        Dataset all = new ArrayDataset(z.toArray(), z.shape().item().toArray());
        for (int from = 0; from < all.size(); from += AT_A_TIME) {
            int to = Math.min(all.size(), from + AT_A_TIME);
            float[] some =
                    generator.predict(all.items(from, to, generator.backend())).toArray();
            System.arraycopy(some, 0, faces, from * dcgan.picture().size(), some.length);
        }
        if (!dcgan.keeps(Dcgan.Rule.SIGNED_PIXELS)) {
            IntStream.range(0, faces.length).forEach(i -> faces[i] = 2 * faces[i] - 1);
        }
        return Tensor.of(faces, dcgan.picture().batchOf(all.size()).toArray());
    }
}
