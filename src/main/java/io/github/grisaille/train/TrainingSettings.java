package io.github.grisaille.train;

import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * The settings that every kind of training has.
 *
 * @param <S> the kind of training, so that calls can be chained
 */
public abstract class TrainingSettings<S extends TrainingSettings<S>> {
    private final TrainingLoop loop = new TrainingLoop();
    int batch;
    long epochs = 1;
    /** 0 if it is not set; then the number of epochs counts. */
    long steps;

    long seed;
    private String title;

    /**
     * @param title heads progress reports, unless another is set
     * @param batch the batch size, unless another is set
     */
    protected TrainingSettings(String title, int batch) {
        this.title = title;
        this.batch = batch;
    }

    /** The settings as they are now, for a run. */
    protected final RunSettings runSettings() {
        return new RunSettings(getClass().getSimpleName(), batch, epochs, steps, seed);
    }

    /** This object, so that calls can be chained. */
    protected abstract S self();

    /**
     * Runs all steps, or those that a checkpoint has not seen.
     *
     * @param charted the series that progress reports draw
     * @param begin makes the run; with checkpoints it is called once their folder belongs to this training
     */
    protected final History run(List<String> charted, Supplier<? extends TrainingRun> begin) {
        return loop.run(title, charted, begin);
    }

    /** The batch size: the number of items in a step. */
    public S batch(int size) {
        batch = Arguments.positive("a batch size", size);
        return self();
    }

    /** The number of passes through the data; 1 unless set. It does not count if a number of {@link #steps} is set. */
    public S epochs(long count) {
        epochs = Arguments.positive("the number of epochs", count);
        return self();
    }

    /**
     * The number of steps, which need not be whole epochs. If it is set, it takes the place of the number of {@link
     * #epochs}. A training goes through the data as often as it needs to.
     */
    public S steps(long count) {
        steps = Arguments.positive("the number of steps", count);
        return self();
    }

    /** The number of batches that a run uses, as far as it is known before the run. */
    final long usedBatches() {
        return steps == 0 ? Long.MAX_VALUE : steps;
    }

    /** The seed of everything random: the order of the data, the inputs, dropout; 0 unless set. */
    public S seed(long wanted) {
        seed = wanted;
        return self();
    }

    /** The title of progress reports. */
    public S title(String wanted) {
        title = wanted;
        return self();
    }

    /**
     * Calls an action after epochs.
     *
     * @param every the number of epochs between two calls, at least 1
     * @param action gets the number of epochs done
     */
    public S everyEpochs(long every, LongConsumer action) {
        loop.everyEpochs(every, action);
        return self();
    }

    /**
     * Calls an action after steps.
     *
     * @param every the number of steps between two calls, at least 1
     * @param action gets the number of steps done
     */
    public S everySteps(long every, LongConsumer action) {
        loop.everySteps(every, action);
        return self();
    }

    /** Where checkpoints are kept. Training goes on from the newest one. There are no checkpoints unless set. */
    public S checkpoints(Checkpoints wanted) {
        loop.checkpoints(wanted);
        return self();
    }

    /** Where to report; {@link Progress#find} unless set. */
    public S progress(Progress wanted) {
        loop.progress(wanted);
        return self();
    }
}
