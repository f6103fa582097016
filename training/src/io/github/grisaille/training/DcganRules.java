package io.github.grisaille.training;

import static io.github.grisaille.nn.Layers.diffAugment;
import static io.github.grisaille.train.Dcgan.Rule.BATCH_NORM_IN_D;
import static io.github.grisaille.train.Dcgan.Rule.BATCH_NORM_IN_G;

import io.github.grisaille.train.Dcgan;
import io.github.grisaille.training.FaceGanRuns.Change;
import io.github.grisaille.training.FaceGanRuns.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of the DCGAN switched off one at a time: {@code ./lab train dcgan-rules}. All runs see drawn faces through
 * DiffAugment, since without it the recipe fails on them and there would be nothing left for a rule to spoil; base width
 * 16.
 */
final class DcganRules {
    private static final int BATCH = 64;
    private static final long EPOCHS = 3;

    private DcganRules() {}

    static void run(Path file, List<String> names) {
        new FaceGanRuns(file, BATCH, EPOCHS).play(runs(), names);
    }

    private static List<Run> runs() {
        Dcgan dcgan = Dcgan.of(64).baseWidth(16);
        Change augmented = (trainer, average) -> trainer.augment(diffAugment());
        List<Run> runs = new ArrayList<>();
        runs.add(new Run("all rules", dcgan, augmented));
        for (Dcgan.Rule rule : Dcgan.Rule.values()) {
            runs.add(new Run("without " + rule.name(), dcgan.without(rule), augmented));
        }
        runs.add(new Run(
                "without BATCH_NORM_IN_G and BATCH_NORM_IN_D",
                dcgan.without(BATCH_NORM_IN_G, BATCH_NORM_IN_D),
                augmented));
        runs.add(new Run("max pooling", dcgan.maxPooling(), augmented));
        runs.add(new Run("resize-convolution in G", dcgan.resizeConvolution(), augmented));
        return runs;
    }
}
