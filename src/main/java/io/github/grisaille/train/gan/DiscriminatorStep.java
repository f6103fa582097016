package io.github.grisaille.train.gan;

import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Workspace;
import java.util.List;
import java.util.function.Consumer;

/** A step of the discriminator: it judges real items and fakes, and learns from both and from the penalties. */
final class DiscriminatorStep {
    /**
     * What D finds before it learns.
     *
     * @param loss on real items and on fakes together, without penalties; one value
     * @param onReal the mean of D(x), one value
     * @param onFakes the mean of D(G(z)), one value
     */
    record Judgement(Tensor loss, Tensor onReal, Tensor onFakes) {}

    /** The random streams of this step. */
    record Streams(RandomStream labels, RandomStream penalties) {}

    private static final Activation SIGMOID = new Activation(Activation.Kind.SIGMOID);

    private final Sequential discriminator;
    private final GanLoss loss;
    private final List<GradientPenalty> penalties;
    private final DiscriminatorView view;
    private final Workspace workspace;
    private final Streams random;
    private final Consumer<Tensor> guard;
    private long stepsDone;
    private Tensor penalty;

    /**
     * @param guard looks at the loss and at the gradients before they are used
     */
    DiscriminatorStep(
            GanSettings settings, DiscriminatorView view, Workspace workspace, Streams random, Consumer<Tensor> guard) {
        discriminator = settings.discriminator;
        loss = settings.loss;
        penalties = settings.penalties;
        this.view = view;
        this.workspace = workspace;
        this.random = random;
        this.guard = guard;
    }

    /**
     * Takes the step.
     *
     * @param real the real items, as they are in the data
     * @param fake as many fakes as there are real items
     * @param diagnosis looks at this step, or null
     */
    Judgement take(Tensor real, Tensor fake, Game game, Optimizer optimizer, GanDiagnosis diagnosis) {
        try (Pass onReal = game.open();
                Pass onFake = game.open()) {
            Tensor shownReal = view.ofReal(game, onReal);
            Tensor shownFake = view.ofFakes(fake, game, onFake);
            Tensor realLogits = discriminator.forward(shownReal, onReal);
            Tensor fakeLogits = discriminator.forward(shownFake, onFake);
            LossValue realLoss = loss.onReal(realLogits, random.labels, onReal);
            LossValue fakeLoss = loss.onFake(fakeLogits, random.labels, onFake);
            discriminator.backward(realLoss.gradient(), onReal, Wanted.PARAMETERS);
            discriminator.backward(fakeLoss.gradient(), onFake, Wanted.PARAMETERS);
            penalize(new GradientPenalty.Shown(shownReal, realLogits, onReal, shownFake, onFake));
            Backend backend = fake.backend();
            Tensor total = backend.empty(Shape.of(1));
            backend.add(realLoss.value(), fakeLoss.value(), total);
            guard.accept(total);
            Judgement judgement = new Judgement(total, mean(realLogits, onReal), mean(fakeLogits, onFake));
            if (diagnosis != null) {
                diagnosis.beforeDiscriminatorUpdate(real, fake, realLogits, fakeLogits, onReal);
            }
            optimizer.step(discriminator.parameters());
            if (diagnosis != null) {
                diagnosis.afterDiscriminatorUpdate();
            }
            return judgement;
        }
    }

    /** Adds the gradients of the penalties that are due. */
    private void penalize(GradientPenalty.Shown shown) {
        stepsDone++;
        Tensor total = null;
        for (GradientPenalty each : penalties) {
            if (each.due(stepsDone)) {
                Tensor value = each.add(discriminator, shown, workspace, random.penalties);
                if (total != null) {
                    workspace.backend().add(value, total, value);
                }
                total = value;
            }
        }
        penalty = total == null ? penalty : total;
    }

    /** The mean probability that D gives to these items, or their mean score where the loss takes scores. */
    private Tensor mean(Tensor logits, Pass pass) {
        Backend backend = logits.backend();
        Tensor judged = logits;
        if (loss.probabilities()) {
            judged = pass.scratch(logits.shape());
            backend.activate(SIGMOID, logits, judged);
        }
        Tensor mean = backend.empty(Shape.of(1));
        backend.sum(judged, mean);
        backend.scale(mean, 1f / logits.size(), mean);
        return mean;
    }

    /** The last value of all penalties together. */
    Tensor penalty() {
        return penalty;
    }

    void archive(Archive archive) {
        stepsDone = archive.number("discriminator steps done", stepsDone);
        penalty = archive.optional("penalty", penalty, workspace.backend());
    }
}
