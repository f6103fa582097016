package io.github.grisaille.experiments;

import static io.github.grisaille.nn.Layers.diffAugment;
import static io.github.grisaille.nn.Layers.randomTranslation;
import static io.github.grisaille.optim.Optimizers.adam;
import static io.github.grisaille.train.gan.Dcgan.Rule.BATCH_NORM_IN_D;
import static io.github.grisaille.train.gan.Dcgan.Rule.SMALL_WEIGHTS;

import io.github.grisaille.experiments.FaceGanRuns.Change;
import io.github.grisaille.experiments.FaceGanRuns.Run;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.train.gan.Dcgan;
import io.github.grisaille.train.gan.InstanceNoise;
import java.nio.file.Path;
import java.util.List;

/**
 * Tests remedies for a DCGAN whose discriminator wins at once, because drawn faces have flat colours: {@code ./lab
 * train dcgan-cures}. Each run changes one or a few things of the recipe, at base width 16. The recipe of the shipped
 * generator was chosen by these Face-FIDs.
 */
final class DcganCures {
    private static final int BATCH = 64;
    private static final long EPOCHS = 3;
    private static final long STEPS = EPOCHS * 20_000 / BATCH;
    private static final int LAZY = 4;
    private static final float RATE = 2e-4f;
    private static final float FAST = 1e-3f;
    private static final float BETA = 0.5f;

    private DcganCures() {}

    static void run(Path file, List<String> names) {
        new FaceGanRuns(file, BATCH, EPOCHS).play(runs(), names);
    }

    private static List<Run> runs() {
        Dcgan dcgan = Dcgan.of(64).baseWidth(16);
        return List.of(
                new Run("the recipe", dcgan, (trainer, average) -> trainer),
                new Run("rates 1e-3", dcgan, (trainer, average) -> trainer.optimizers(fast(), fast())),
                new Run("DiffAugment", dcgan, (trainer, average) -> trainer.augment(diffAugment())),
                new Run(
                        "DiffAugment and rates 1e-3",
                        dcgan,
                        (trainer, average) -> trainer.augment(diffAugment()).optimizers(fast(), fast())),
                new Run(
                        "instance noise 0.5",
                        dcgan,
                        (trainer, average) -> trainer.stabilisers(
                                average, new InstanceNoise(0.5f, Schedule.linear(0, 2 * STEPS, 0)))),
                new Run(
                        "one-sided smoothing 0.1",
                        dcgan,
                        (trainer, average) ->
                                trainer.loss(GanLoss.nonSaturating().smoothed(0.1f))),
                new Run(
                        "a quarter of the rate for D",
                        dcgan,
                        (trainer, average) -> trainer.optimizers(adam(RATE, BETA), adam(RATE / 4, BETA))),
                penalized("R1 1", (trainer, average) -> trainer.penalties(r1(1))),
                penalized(
                        "R1 1 and rates 1e-3",
                        (trainer, average) -> trainer.penalties(r1(1)).optimizers(fast(), fast())),
                penalized(
                        "R1 1 and rates 2e-3",
                        (trainer, average) ->
                                trainer.penalties(r1(1)).optimizers(adam(2e-3f, BETA), adam(2e-3f, BETA))),
                penalized(
                        "R1 10 and rates 1e-3",
                        (trainer, average) -> trainer.penalties(r1(10)).optimizers(fast(), fast())),
                penalized(
                        "R1 0.1 and rates 1e-3",
                        (trainer, average) -> trainer.penalties(r1(0.1f)).optimizers(fast(), fast())),
                penalized(
                        "R1 1 and rates 1e-3 and translation",
                        (trainer, average) -> trainer.augment(randomTranslation(1 / 8f))
                                .penalties(r1(1))
                                .optimizers(fast(), fast())),
                penalized(
                        "R1 1 and rates 1e-3 and DiffAugment",
                        (trainer, average) ->
                                trainer.augment(diffAugment()).penalties(r1(1)).optimizers(fast(), fast())));
    }

    /** BatchNorm mixes the items of a batch, but R1 is per item. Without BatchNorm D needs larger initial weights. */
    private static Run penalized(String name, Change change) {
        Dcgan dcgan = Dcgan.of(64).baseWidth(16);
        return new Run(name, dcgan, dcgan.without(BATCH_NORM_IN_D, SMALL_WEIGHTS), change);
    }

    private static GradientPenalty r1(float gamma) {
        return GradientPenalty.r1(gamma).every(LAZY);
    }

    private static Optimizer fast() {
        return adam(FAST, BETA);
    }
}
