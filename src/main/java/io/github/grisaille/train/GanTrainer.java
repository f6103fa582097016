package io.github.grisaille.train;

import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.nn.Dense;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Workspace;
import java.util.List;

/**
 * Adversarial training (Goodfellow et al. 2014, algorithm 1): the discriminator learns to tell real items from fakes,
 * the generator to make fakes that the discriminator takes for real. The run depends on the seed alone.
 *
 * <p>Each step the discriminator takes one step (or {@link #discriminatorSteps more}) on a real batch and on as many
 * fakes, and then the generator takes one on the last of these fakes, through the discriminator, which computes no
 * gradients of its own for that.
 *
 * <p>It records {@code discriminator loss} (real + fake), {@code generator loss}, {@code D(x)} and {@code D(G(z))}: the
 * mean probability that D gives to real items and to fakes before its step (for losses on scores, the mean score).
 */
public final class GanTrainer extends TrainingSettings<GanTrainer> {
    private static final int LATENT = 1;
    private static final int DROPOUT = 2;
    private static final int LABELS = 3;

    private final Sequential generator;
    private final Sequential discriminator;
    private GanLoss loss = GanLoss.nonSaturating();
    private Optimizer generatorOptimizer = Optimizers.adam(2e-4f);
    private Optimizer discriminatorOptimizer = Optimizers.adam(2e-4f);
    private Latent latent;
    private int discriminatorSteps = 1;

    /**
     * Batches of 128, Adam at 2e-4 for both, one epoch, unless told otherwise.
     *
     * @param discriminator ends in logits or scores, one an item: the sigmoid is part of the loss
     */
    public GanTrainer(Sequential generator, Sequential discriminator) {
        super("adversarial training", 128);
        this.generator = generator;
        this.discriminator = discriminator;
    }

    @Override
    GanTrainer self() {
        return this;
    }

    /** Non-saturating unless set. */
    public GanTrainer loss(GanLoss wanted) {
        loss = wanted;
        return this;
    }

    /** Adam at 2e-4 for both unless set. */
    public GanTrainer optimizers(Optimizer forGenerator, Optimizer forDiscriminator) {
        generatorOptimizer = forGenerator;
        discriminatorOptimizer = forDiscriminator;
        return this;
    }

    /** The generator's inputs; normal vectors of the size that its first dense layer takes unless set. */
    public GanTrainer latent(Latent wanted) {
        latent = wanted;
        return this;
    }

    /** The discriminator's steps for each of the generator's; 1 unless set. */
    public GanTrainer discriminatorSteps(int count) {
        discriminatorSteps = Arguments.positive("the number of discriminator steps", count);
        return this;
    }

    /** Trains both on a data set of real items, shuffled anew for every epoch. */
    public History fit(Dataset real) {
        Run run = new Run(real);
        long perEpoch = Math.max(1, run.batches.perEpoch() / discriminatorSteps);
        run.history.stepsPerEpoch(perEpoch);
        List<String> charted = List.of("discriminator loss", "generator loss");
        loop.run(title, epochs * perEpoch, perEpoch, run.history, charted, run::step, run::read);
        return run.history;
    }

    /** One run's state. */
    private final class Run {
        private final BatchReader reader;
        private final Batches batches;
        private final Backend backend = generator.backend();
        private final Workspace workspace = new Workspace(backend);
        private final RandomStream latentRandom = new RandomStream(seed, LATENT);
        private final RandomStream dropout = new RandomStream(seed, DROPOUT);
        private final RandomStream labels = new RandomStream(seed, LABELS);
        private final Latent inputs = latent == null ? Latent.normal(firstInput()) : latent;
        private final History history = new History("discriminator loss", "generator loss", "D(x)", "D(G(z))");
        private final Recorder recorder = new Recorder(history);
        private final FiniteGuard generatorGuard = new FiniteGuard(generator, "the generator's loss");
        private final FiniteGuard discriminatorGuard = new FiniteGuard(discriminator, "the discriminator's loss");
        private long batchesDone;

        Run(Dataset real) {
            this.reader = new BatchReader(real, backend);
            this.batches = new Batches(real.size(), batch, seed);
        }

        void step(long step) {
            for (int i = 1; i < discriminatorSteps; i++) {
                Tensor x = nextBatch();
                try (Pass generating = Pass.training(workspace, dropout)) {
                    Tensor fake = generate(x.axis(0), generating);
                    stepDiscriminator(step, x, fake);
                    generating.recycle(fake);
                }
            }
            Tensor x = nextBatch();
            try (Pass generating = Pass.training(workspace, dropout)) {
                Tensor fake = generate(x.axis(0), generating);
                Tensor[] judged = stepDiscriminator(step, x, fake);
                Tensor generatorLoss = stepGenerator(step, fake, generating);
                recorder.add(step, judged[0], generatorLoss, judged[1], judged[2]);
                generating.recycle(fake);
            }
        }

        private Tensor nextBatch() {
            return reader.read(batches.indices(++batchesDone));
        }

        private Tensor generate(int count, Pass pass) {
            return generator.forward(inputs.draw(count, latentRandom, backend), pass);
        }

        /** The loss, and the mean judgement of real items and of fakes. */
        private Tensor[] stepDiscriminator(long step, Tensor x, Tensor fake) {
            try (Pass onReal = Pass.training(workspace, dropout);
                    Pass onFake = Pass.training(workspace, dropout)) {
                Tensor realLogits = discriminator.forward(x, onReal);
                Tensor fakeLogits = discriminator.forward(fake, onFake);
                LossValue realLoss = loss.onReal(realLogits, labels, onReal);
                LossValue fakeLoss = loss.onFake(fakeLogits, labels, onFake);
                discriminator.backward(realLoss.gradient(), onReal, Wanted.PARAMETERS);
                discriminator.backward(fakeLoss.gradient(), onFake, Wanted.PARAMETERS);
                Tensor total = backend.empty(Shape.of(1));
                backend.add(realLoss.value(), fakeLoss.value(), total);
                discriminatorGuard.mark(step, total);
                Tensor[] judged = {total, judgement(realLogits, onReal), judgement(fakeLogits, onFake)};
                discriminatorOptimizer.step(discriminator.parameters());
                return judged;
            }
        }

        private Tensor stepGenerator(long step, Tensor fake, Pass generating) {
            try (Pass judging = Pass.training(workspace, dropout)) {
                LossValue result = loss.onGenerated(discriminator.forward(fake, judging), judging);
                Tensor dFake = discriminator.backward(result.gradient(), judging, Wanted.INPUT);
                generator.backward(dFake, generating, Wanted.PARAMETERS);
                judging.recycle(dFake);
                generatorGuard.mark(step, result.value());
                generatorOptimizer.step(generator.parameters());
                return result.value();
            }
        }

        private Tensor judgement(Tensor logits, Pass pass) {
            Tensor judged = logits;
            if (loss.probabilities()) {
                judged = pass.scratch(logits.shape());
                backend.activate(new Activation(Activation.Kind.SIGMOID), logits, judged);
            }
            Tensor mean = backend.empty(Shape.of(1));
            backend.sum(judged, mean);
            backend.scale(mean, 1f / logits.size(), mean);
            return mean;
        }

        void read() {
            recorder.flush();
            discriminatorGuard.check();
            generatorGuard.check();
        }
    }

    private int firstInput() {
        if (generator.layers().get(0) instanceof Dense dense) {
            return dense.in();
        }
        throw new IllegalStateException(
                "the generator starts with " + generator.layers().get(0).name()
                        + ", which does not say what it takes: say latent(Latent.normal(…)) with the shape of one z");
    }
}
