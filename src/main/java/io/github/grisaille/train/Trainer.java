package io.github.grisaille.train;

import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.Loss;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Workspace;
import java.util.List;

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

    private final Sequential model;
    private final Loss loss;
    private Optimizer optimizer = Optimizers.adam(1e-3f);
    private long steps;

    /** Batches of 64, Adam at 1e-3, one epoch, unless told otherwise. */
    public Trainer(Sequential model, Loss loss) {
        super("training", 64);
        this.model = model;
        this.loss = loss;
    }

    @Override
    Trainer self() {
        return this;
    }

    /** Adam at 1e-3 unless set. */
    public Trainer optimizer(Optimizer wanted) {
        optimizer = wanted;
        return this;
    }

    /** The number of steps, where the examples have no end of their own. */
    public Trainer steps(long count) {
        steps = Arguments.positive("the number of steps", count);
        return this;
    }

    /** Trains on pairs of inputs and targets, shuffled anew for every epoch. */
    public History fit(Dataset inputs, Dataset targets) {
        if (inputs.size() != targets.size()) {
            throw new IllegalArgumentException("each input needs its target: there are " + inputs.size()
                    + " inputs and " + targets.size() + " targets");
        }
        Batches batches = new Batches(inputs.size(), batch, seed);
        BatchReader inputReader = new BatchReader(inputs, model.backend());
        BatchReader targetReader = new BatchReader(targets, model.backend());
        return run(epochs * batches.perEpoch(), batches.perEpoch(), (step, random) -> {
            int[] indices = batches.indices(step);
            return new Example(inputReader.read(indices), targetReader.read(indices));
        });
    }

    /** Trains on examples that are made step by step, for the number of {@link #steps} that was set. */
    public History fit(Examples examples) {
        if (steps == 0) {
            throw new IllegalStateException("examples have no end of their own: say how many, as in steps(1000)");
        }
        return run(steps, steps, examples);
    }

    private History run(long count, long perEpoch, Examples examples) {
        Workspace workspace = new Workspace(model.backend());
        RandomStream inputs = new RandomStream(seed, INPUTS);
        RandomStream dropout = new RandomStream(seed, DROPOUT);
        History history = new History("loss", "rate");
        history.stepsPerEpoch(perEpoch);
        Recorder recorder = new Recorder(history);
        FiniteGuard guard = new FiniteGuard(model, "the loss");
        loop.run(
                title,
                count,
                perEpoch,
                history,
                List.of("loss"),
                step -> {
                    Example example = examples.next(step, inputs);
                    Tensor rate = workspace.backend().empty(Shape.of(1));
                    workspace.backend().fill(optimizer.rate(), rate);
                    Tensor value = step(example, workspace, dropout);
                    guard.mark(step, value);
                    recorder.add(step, value, rate);
                    optimizer.step(model.parameters());
                },
                () -> {
                    recorder.flush();
                    guard.check();
                });
        return history;
    }

    private Tensor step(Example example, Workspace workspace, RandomStream dropout) {
        try (Pass pass = Pass.training(workspace, dropout)) {
            Tensor prediction = model.forward(example.input(), pass);
            LossValue result = loss.evaluate(prediction, example.target(), pass);
            model.backward(result.gradient(), pass, Wanted.PARAMETERS);
            pass.recycle(prediction);
            pass.recycle(result.gradient());
            return result.value();
        }
    }
}
