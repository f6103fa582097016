package io.github.grisaille.train;

import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.Loss;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Supervised training: makes a model's outputs match targets. The run depends on the seed alone.
 *
 * <p>It records {@code loss} and {@code rate} at each step. A run whose loss or gradients stop being finite ends with a
 * {@link TrainingDivergedException}; an interrupt ends it with a {@link java.util.concurrent.CancellationException}
 * after a whole step, and the model stays usable.
 */
public final class Trainer extends TrainingSettings<Trainer> {
    private static final int INPUTS = 1;
    private static final int DROPOUT = 2;
    private static final String LOSS = "loss";
    private static final String RATE = "rate";
    private static final List<String> CHARTED = List.of(LOSS);

    private final Sequential model;
    private final Loss loss;
    private Optimizer optimizer = Optimizers.adam(1e-3f);

    /** Batches of 64, Adam at 1e-3, one epoch, unless told otherwise. */
    public Trainer(Sequential model, Loss loss) {
        super("training", 64);
        this.model = model;
        this.loss = loss;
    }

    @Override
    protected Trainer self() {
        return this;
    }

    /** Adam at 1e-3 unless set. */
    public Trainer optimizer(Optimizer wanted) {
        optimizer = wanted;
        return this;
    }

    /**
     * Trains on pairs of inputs and targets. Their order is shuffled anew for every epoch.
     *
     * @throws IllegalArgumentException before the first step, if the model ends in an activation that the loss does not
     *     take, if the loss does not take one of the targets (of targets on a disk, 1000 are checked), or if the model cannot
     *     be trained on a batch of this size or on the last batch of an epoch
     */
    public History fit(Dataset inputs, Dataset targets) {
        if (inputs.size() != targets.size()) {
            throw new IllegalArgumentException("each input needs its target: there are " + inputs.size()
                    + " inputs and " + targets.size() + " targets");
        }
        checkModel();
        Shape item = Shape.of(inputs.shape());
        new BatchSizes(inputs.size(), 1, new BatchSizes.Trained("the model", model, item::batchOf))
                .check(batch, usedBatches());
        Optional<String> doubt = DataCheck.of(targets, loss::checkTargets).doubt("targets", "the model", model);
        return run(CHARTED, () -> {
            Batches batches = new Batches(inputs.size(), batch, seed);
            BatchReader inputReader = new BatchReader(inputs, model.backend());
            BatchReader targetReader = new BatchReader(targets, model.backend());
            ExampleSource examples = (step, random) -> {
                int[] indices = batches.indices(step);
                Example example = new Example(inputReader.read(indices), targetReader.read(indices));
                int[] next = batches.indices(step + 1);
                inputReader.readAhead(next);
                targetReader.readAhead(next);
                return example;
            };
            Consumer<Archive> data = archive -> {
                TrainingRun.archiveData(archive, "inputs", inputs);
                TrainingRun.archiveData(archive, "targets", targets);
            };
            Run run = new Run(examples, data, batches.perEpoch());
            run.targetsChecked = true;
            doubt.ifPresent(run::remarkAtStart);
            return run;
        });
    }

    private void checkModel() {
        if (!loss.oneValue()) {
            throw new IllegalArgumentException("training needs a loss with one value, but the loss \"" + loss.name()
                    + "\" has one for each prediction: use Reduction.MEAN, SUM or SUM_PER_ITEM");
        }
        new LabelCheck(new LabelCheck.Reader("the model", model))
                .refuseReaders("use a model without joinLabels(…) and other layers that read labels");
        loss.outputs().check("the model", model.outputRange());
        optimizer.bind(model.parameters());
    }

    /**
     * Trains on examples that are made step by step, for the number of {@link #steps} that was set. With checkpoints, an
     * example must depend only on the number of its step and on the random stream.
     *
     * @throws IllegalArgumentException before the first step, if the model ends in an activation that the loss does not
     *     take, or if the loss does not take the first example's targets; later targets are not checked
     * @throws IllegalStateException if the number of steps was not set
     */
    public History fit(ExampleSource examples) {
        if (steps == 0) {
            throw new IllegalStateException("the number of steps is not set: set it, as in steps(1000)");
        }
        checkModel();
        Consumer<Archive> data = archive -> archive.same("inputs", "made step by step");
        return run(CHARTED, () -> new Run(examples, data, steps));
    }

    /** One run's state. */
    private final class Run extends TrainingRun {
        private final ExampleSource examples;
        private final Consumer<Archive> data;
        private final long stepsPerEpoch;
        private final RandomStream inputs = stream("inputs", INPUTS);
        private final RandomStream dropout = stream("dropout", DROPOUT);
        private boolean targetsChecked;

        /**
         * @param data tells a checkpoint what the training data are
         */
        Run(ExampleSource examples, Consumer<Archive> data, long stepsPerEpoch) {
            super(runSettings(), model.backend(), List.of(LOSS, RATE));
            this.examples = examples;
            this.data = data;
            this.stepsPerEpoch = stepsPerEpoch;
            watch(model, "the loss", loss.outputs());
        }

        @Override
        protected long stepsPerEpoch() {
            return stepsPerEpoch;
        }

        @Override
        protected void takeStep(long number) {
            Example example = examples.next(number, inputs);
            if (!targetsChecked) {
                Tensor target = example.target();
                loss.checkTargets(target.toArray(), target.axis(-1));
                targetsChecked = true;
            }
            Tensor rate = backend().empty(Shape.of(1));
            backend().fill(optimizer.rate(), rate);
            Tensor value = propagate(example);
            mark(model, value);
            record(LOSS, value);
            record(RATE, rate);
            optimizer.step(model.parameters());
        }

        private Tensor propagate(Example example) {
            try (Pass pass = Pass.training(workspace(), dropout)) {
                Tensor prediction = model.forward(example.input(), pass);
                LossValue result = loss.evaluate(prediction, example.target(), pass);
                model.backward(result.gradient(), pass, Wanted.PARAMETERS);
                pass.recycle(prediction);
                pass.recycle(result.gradient());
                return result.value();
            }
        }

        @Override
        protected void archiveTraining(Archive archive) {
            data.accept(archive);
            archive.alike("loss", loss.name(), 0);
            archiveNetwork(archive, "model", model);
            optimizer.archive(archive.part("optimizer"), model.state());
        }
    }
}
