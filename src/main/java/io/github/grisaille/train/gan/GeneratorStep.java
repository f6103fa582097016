package io.github.grisaille.train.gan;

import io.github.grisaille.loss.LossValue;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.tensor.Tensor;
import java.util.function.Consumer;

/** A step of the generator: D is shown its fakes, and the gradient comes back through D. */
final class GeneratorStep {
    private final Sequential generator;
    private final GeneratorObjective objective;
    private final Optimizer optimizer;
    private final DiscriminatorView view;
    private final Consumer<Tensor> guard;

    /**
     * @param guard looks at the loss and at the gradients before they are used
     */
    GeneratorStep(GanSettings settings, GeneratorObjective objective, DiscriminatorView view, Consumer<Tensor> guard) {
        generator = settings.generator;
        optimizer = settings.generatorOptimizer;
        this.objective = objective;
        this.view = view;
        this.guard = guard;
    }

    /**
     * Takes the step.
     *
     * @param generating the pass in which the fakes were made
     * @param diagnosis looks at this step, or null
     * @return the loss, one value
     */
    Tensor take(Tensor fake, Pass generating, Game game, GanDiagnosis diagnosis) {
        try (Pass judging = game.open()) {
            LossValue result = objective.evaluate(view.ofGenerated(fake, game, judging), game, judging);
            Tensor gradient = view.gradientForFakes(result.gradient(), judging);
            generator.backward(gradient, generating, Wanted.PARAMETERS);
            judging.recycle(result.gradient());
            guard.accept(result.value());
            if (diagnosis != null) {
                diagnosis.beforeGeneratorUpdate(generating);
            }
            optimizer.step(generator.parameters());
            if (diagnosis != null) {
                diagnosis.afterGeneratorUpdate();
            }
            return result.value();
        }
    }
}
