package io.github.grisaille.train;

import io.github.grisaille.nn.Archive;
import java.util.function.LongConsumer;

/**
 * What every kind of training can be told.
 *
 * @param <S> the kind, so that calls can be chained
 */
public abstract class TrainingSettings<S extends TrainingSettings<S>> {
    final TrainingLoop loop = new TrainingLoop();
    int batch;
    long epochs = 1;
    long seed;
    String title;

    TrainingSettings(String title, int batch) {
        this.title = title;
        this.batch = batch;
    }

    abstract S self();

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

    /** What every training carries. */
    void archive(Archive archive, TrainingLoop.Run run) {
        archive.same("training", getClass().getSimpleName());
        archive.same("seed", seed);
        archive.same("batch", batch);
        archive.same("series", run.history().series());
    }

    /** A remark that a run makes when it begins; one that goes on from a checkpoint has it already. */
    static void remarkOnce(History history, String text) {
        if (!history.remarks().contains(text)) {
            history.remark(text);
        }
    }

    /** Where to report; found by a look-up unless set. */
    public S progress(Progress wanted) {
        loop.progress(wanted);
        return self();
    }
}
