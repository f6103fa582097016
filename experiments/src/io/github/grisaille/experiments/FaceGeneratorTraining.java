package io.github.grisaille.experiments;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Faces;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.metric.FaceMetrics;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Weights;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.plot.ImageGrid;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.gan.Dcgan;
import io.github.grisaille.train.gan.MovingAverage;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Trains the shipped generator of drawn faces, and the discriminator for further training: {@code ./lab train
 * face-generator}. Writes both, and a picture of 64 faces, after every epoch. The generator that is written is the EMA
 * of its weights.
 *
 * <p>The recipe has the best Face-FID in {@link DcganCures} (of G itself, not of the EMA): D has biases and He
 * initialisation in place of BatchNorm, and R1. Both rates are 1e-3, constant in the first half, then with linear decay
 * to 0.
 */
final class FaceGeneratorTraining {
    private static final long SEED = 1;
    private static final int FACES = 20_000;
    private static final int BATCH = 64;
    private static final long EPOCHS = 16;
    private static final long STEPS = EPOCHS * ((FACES + BATCH - 1) / BATCH);
    private static final float RATE = 1e-3f;
    private static final float BETA = 0.5f;
    private static final float GAMMA = 1;
    private static final int LAZY = 4;
    private static final float DECAY = 0.999f;
    private static final long Z_SEED = 7;
    private static final int SHOWN = 64;

    private final Path folder;
    private final Dcgan dcgan = Dcgan.ofShippedFaces();
    private final Sequential averaged = dcgan.generator(SEED);
    private final Sequential discriminator =
            dcgan.without(Dcgan.Rule.SMALL_WEIGHTS).discriminator(SEED + 1);
    private final FaceMetrics metrics = new FaceMetrics();
    private final Tensor z = dcgan.latent().draw(FaceMetrics.HELD_OUT, Z_SEED);
    private double start;

    private FaceGeneratorTraining(Path folder) {
        this.folder = folder;
    }

    /**
     * Trains both networks.
     *
     * @param folder the folder for the files
     */
    static void train(Path folder) {
        new FaceGeneratorTraining(folder).train();
    }

    private void train() {
        Dataset faces = dcgan.pictures(Faces.draw(FACES, SEED).images());
        start = Samples.coreSeconds();
        dcgan.trainer(dcgan.generator(SEED), discriminator)
                .penalties(GradientPenalty.r1(GAMMA).every(LAZY))
                .stabilisers(new MovingAverage(averaged, DECAY))
                .optimizers(falling(), falling())
                .batch(BATCH)
                .epochs(EPOCHS)
                .seed(SEED)
                .progress(Progress.silent())
                .everyEpochs(1, this::keep)
                .fit(faces);
    }

    private static Optimizer falling() {
        return Optimizers.adam(RATE, BETA).schedule(Schedule.linear(STEPS / 2, STEPS, 0));
    }

    private void keep(long epoch) {
        String seconds = String.format(Locale.ROOT, "%.0f", Samples.coreSeconds() - start);
        Tensor painted = FaceGanRuns.paint(dcgan, averaged, z);
        FaceMetrics.Measures measures = metrics.measure(painted, SEED);
        String fid = String.format(Locale.ROOT, "%.2f", measures.fid().value());
        write(averaged, "a generator", "face-generator.safetensors", epoch, seconds, fid);
        write(discriminator, "a discriminator", "face-discriminator.safetensors", epoch, seconds, fid);
        ImageGrid.of(Samples.first(painted, SHOWN)).scale(2).save(folder.resolve("face-generator.png"));
        System.out.println("epoch " + epoch + ", " + seconds + " core seconds: Face-FID " + fid + ", "
                + measures.precisionRecall() + ", " + measures.densityCoverage());
    }

    private void write(Sequential network, String what, String name, long epoch, String seconds, String fid) {
        Weights.collect(network)
                .describe("what", what + " of drawn faces, by ./lab train face-generator")
                .describe("architecture", dcgan.toString())
                .describe("seed", String.valueOf(SEED))
                .describe("faces", String.valueOf(FACES))
                .describe("batch", String.valueOf(BATCH))
                .describe("epochs", epoch + " of " + EPOCHS)
                .describe("core seconds", seconds)
                .describe("Face-FID", fid)
                .write(folder.resolve(name));
    }
}
