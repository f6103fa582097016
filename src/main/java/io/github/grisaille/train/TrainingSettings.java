package io.github.grisaille.train;

import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * What every kind of training can be told.
 *
 * @param <S> the kind, so that calls can be chained
 */
public abstract class TrainingSettings<S extends TrainingSettings<S>> {
    private final TrainingLoop loop = new TrainingLoop();
    int batch;
    long epochs = 1;
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

    /** The number of items that a step sees. */
    public S batch(int size) {
        batch = Arguments.positive("a batch size", size);
        return self();
    }

    /** How often the data is gone through; once unless set. */
    public S epochs(long count) {
        epochs = Arguments.positive("the number of epochs", count);
        return self();
    }

    /** Drives all that is random: the order of the data, inputs, dropout; 0 unless set. */
    public S seed(long wanted) {
        seed = wanted;
        return self();
    }

    /** What progress reports are headed with. */
    public S title(String wanted) {
        title = wanted;
        return self();
    }

    /** Calls back after every so many epochs, with the number of epochs done. */
    public S everyEpochs(long every, LongConsumer action) {
        loop.everyEpochs(every, action);
        return self();
    }

    /** Calls back after every so many steps, with the number of steps done. */
    public S everySteps(long every, LongConsumer action) {
        loop.everySteps(every, action);
        return self();
    }

    /** Where to keep checkpoints, and to go on from; there are none unless set. */
    public S checkpoints(Checkpoints wanted) {
        loop.checkpoints(wanted);
        return self();
    }

    /** Where to report; found by a look-up unless set. */
    public S progress(Progress wanted) {
        loop.progress(wanted);
        return self();
    }
}
