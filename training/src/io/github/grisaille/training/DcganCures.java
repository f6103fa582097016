package io.github.grisaille.training;

import static io.github.grisaille.nn.Layers.diffAugment;
import static io.github.grisaille.nn.Layers.randomTranslation;
import static io.github.grisaille.optim.Optimizers.adam;
import static io.github.grisaille.train.Dcgan.Rule.BATCH_NORM_IN_D;
import static io.github.grisaille.train.Dcgan.Rule.SMALL_WEIGHTS;

import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.train.Dcgan;
import io.github.grisaille.train.InstanceNoise;
import io.github.grisaille.training.FaceGanRuns.Run;
import java.nio.file.Path;
import java.util.List;

/**
 * What helps a DCGAN whose discriminator wins at once, since drawn faces have flat colours: {@code ./lab train
 * dcgan-cures}. Each run changes one thing of the recipe, or a few, at base width 16; the shipped generator's recipe was
 * chosen by these Face-FIDs.
 */
final class DcganCures {
    private static final int BATCH = 64;
    private static final long EPOCHS = 3;
    private static final long STEPS = EPOCHS * 20_000 / BATCH;
    private static final int LAZY = 4;
    private static final float RATE = 2e-4f;
    private static final float BETA = 0.5f;

    private DcganCures() {}

    static void run(Path file, List<String> names) {
        new FaceGanRuns(file, BATCH, EPOCHS).play(runs(), names);
    }

    private static List<Run> runs() {
        Dcgan dcgan = Dcgan.of(64).baseWidth(16);
        Dcgan unnormalized = dcgan.without(BATCH_NORM_IN_D, SMALL_WEIGHTS);
        return List.of(
                new Run("the recipe", dcgan, (trainer, average) -> trainer),
                new Run("DiffAugment", dcgan, (trainer, average) -> trainer.augment(diffAugment())),
                new Run(
                        "R1 1",
                        dcgan,
                        unnormalized,
                        (trainer, average) ->
                                trainer.penalties(GradientPenalty.r1(1).every(LAZY))),
                new Run(
                        "R1 1 and DiffAugment",
                        dcgan,
                        unnormalized,
                        (trainer, average) -> trainer.augment(diffAugment())
                                .penalties(GradientPenalty.r1(1).every(LAZY))),
                new Run(
                        "R1 10",
                        dcgan,
                        unnormalized,
                        (trainer, average) ->
                                trainer.penalties(GradientPenalty.r1(10).every(LAZY))),
                new Run(
                        "R1 1 and rates 1e-3",
                        dcgan,
                        unnormalized,
                        (trainer, average) -> trainer.optimizers(adam(1e-3f, BETA), adam(1e-3f, BETA))
                                .penalties(GradientPenalty.r1(1).every(LAZY))),
                new Run(
                        "R1 1 and rates 5e-4",
                        dcgan,
                        unnormalized,
                        (trainer, average) -> trainer.optimizers(adam(5e-4f, BETA), adam(5e-4f, BETA))
                                .penalties(GradientPenalty.r1(1).every(LAZY))),
                new Run(
                        "R1 1 and translation",
                        dcgan,
                        unnormalized,
                        (trainer, average) -> trainer.augment(randomTranslation(1 / 8f))
                                .penalties(GradientPenalty.r1(1).every(LAZY))),
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
                        (trainer, average) -> trainer.optimizers(adam(RATE, BETA), adam(RATE / 4, BETA))));
    }
}
