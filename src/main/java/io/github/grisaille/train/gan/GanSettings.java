package io.github.grisaille.train.gan;

import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.train.Latent;
import java.util.List;

/** What a {@code GanTrainer} was told, for the parts of a run. Null stands for what was not set and has no default. */
final class GanSettings {
    final Sequential generator;
    final Sequential discriminator;
    GanLoss loss = GanLoss.nonSaturating();
    GeneratorObjective objective;
    Optimizer generatorOptimizer = Optimizers.adam(2e-4f);
    Optimizer discriminatorOptimizer = Optimizers.adam(2e-4f);
    Latent latent;
    int discriminatorSteps = 1;
    List<GradientPenalty> penalties = List.of();
    List<Stabiliser> stabilisers = List.of();
    Sequential augmentation;
    long diagnosedEvery;

    GanSettings(Sequential generator, Sequential discriminator) {
        this.generator = generator;
        this.discriminator = discriminator;
    }
}
