package io.github.grisaille.experiments;

import static io.github.grisaille.nn.Layers.diffAugment;
import static io.github.grisaille.train.gan.Dcgan.Rule.BATCH_NORM_IN_D;
import static io.github.grisaille.train.gan.Dcgan.Rule.BATCH_NORM_IN_G;

import io.github.grisaille.experiments.FaceGanRuns.Run;
import io.github.grisaille.train.gan.Dcgan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Turns off the rules of the DCGAN one at a time: {@code ./lab train dcgan-rules}. All runs use DiffAugment for D and
 * rates of 1e-3. With the paper's 2e-4 such a short run gives only haloes, with or without the rules; without
 * DiffAugment D wins. Base width 16.
 */
final class DcganRules {
    private static final int BATCH = 64;
    private static final long EPOCHS = 2;
    private static final float RATE = 1e-3f;

    private DcganRules() {}

    static void run(Path file, List<String> names) {
        new FaceGanRuns(file, BATCH, EPOCHS).play(runs(), names);
    }

    private static List<Run> runs() {
        Dcgan dcgan = Dcgan.of(64).baseWidth(16);
        List<Run> runs = new ArrayList<>();
        runs.add(run("all rules", dcgan));
        for (Dcgan.Rule rule : Dcgan.Rule.values()) {
            runs.add(run("without " + rule.name().toLowerCase(Locale.ROOT).replace('_', ' '), dcgan.without(rule)));
        }
        runs.add(run("without batch norm in both", dcgan.without(BATCH_NORM_IN_G, BATCH_NORM_IN_D)));
        runs.add(run("max pooling", dcgan.maxPooling()));
        runs.add(run("resize-convolution in G", dcgan.resizeConvolution()));
        return runs;
    }

    private static Run run(String name, Dcgan dcgan) {
        return new Run(
                name,
                dcgan,
                (trainer, average) -> trainer.augment(diffAugment()).optimizers(dcgan.adam(RATE), dcgan.adam(RATE)));
    }
}
