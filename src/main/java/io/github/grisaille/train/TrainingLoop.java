package io.github.grisaille.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Drives a {@link TrainingRun} from its first step to its last. After each step it looks for an interrupt, reports progress,
 * calls the callbacks, and writes a checkpoint if one is due.
 */
final class TrainingLoop {
    private record Callback(long every, LongConsumer action) {}

    /** Losses and flags are read once in this many steps: often enough for a live chart, and too rarely to cost time. */
    private static final int READ_EVERY = 50;

    private final List<Callback> callbacks = new ArrayList<>();
    private final List<Callback> epochCallbacks = new ArrayList<>();
    private Progress progress;
    private Checkpoints checkpoints;

    void everySteps(long every, LongConsumer action) {
        callbacks.add(new Callback(checkedPeriod(every), action));
    }

    void everyEpochs(long every, LongConsumer action) {
        epochCallbacks.add(new Callback(checkedPeriod(every), action));
    }

    void progress(Progress wanted) {
        progress = wanted;
    }

    void checkpoints(Checkpoints wanted) {
        checkpoints = wanted;
    }

    private static long checkedPeriod(long every) {
        if (every < 1) {
            throw new IllegalArgumentException("the period of a callback is at least 1, and this one is " + every);
        }
        return every;
    }

    /**
     * Runs all steps, or those that a checkpoint has not seen.
     *
     * @param charted the series of the history that reports draw
     * @param begin makes the run; it is called once the folder of checkpoints is locked
     */
    History run(String title, List<String> charted, Supplier<? extends TrainingRun> begin) {
        if (checkpoints == null) {
            return run(title, charted, begin.get(), null);
        }
        CheckpointLock lock = CheckpointLock.take(checkpoints.folder().path());
        try {
            TrainingRun run = begin.get();
            return run(title, charted, run, new CheckpointKeeper(checkpoints, run));
        } finally {
            lock.close();
        }
    }

    private History run(String title, List<String> charted, TrainingRun run, CheckpointKeeper keeper) {
        History history = run.history();
        history.stepsPerEpoch(run.stepsPerEpoch());
        Progress place = new GuardedProgress(progress == null ? Progress.find() : progress, history::remark);
        Progress.Report report =
                new Progress.Report(history::latest, () -> history.plot(charted.toArray(String[]::new)));
        place.begin(title, run.steps());
        long done = 0;
        try {
            if (keeper != null) {
                done = keeper.resume();
                place.resume(done);
                if (keeper.callbacksOwed()) {
                    finish(done, run, keeper);
                }
            }
            while (done < run.steps()) {
                run.advance(done + 1);
                done++;
                if (done % READ_EVERY == 0
                        || done == run.steps()
                        || Thread.currentThread().isInterrupted()) {
                    run.read();
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("training was interrupted after step " + done + " of " + run.steps()
                            + "; the model keeps what it has learned"
                            + (keeper == null ? "" : ", and " + keeper.atInterrupt(done)));
                }
                place.update(done, report);
                finish(done, run, keeper);
            }
        } catch (RuntimeException | Error stopped) {
            place.end(done, stopped.getMessage() == null ? stopped.toString() : stopped.getMessage(), report);
            throw stopped;
        }
        place.end(done, String.join("; ", history.remarks().isEmpty() ? List.of("done") : history.remarks()), report);
        return history;
    }

    /** Calls the callbacks of a step, and keeps a checkpoint if one is due. */
    private void finish(long done, TrainingRun run, CheckpointKeeper keeper) {
        call(callbacks, done, 1, run);
        call(epochCallbacks, done, run.stepsPerEpoch(), run);
        if (keeper != null) {
            keeper.afterCallbacks(done);
        }
    }

    private static void call(List<Callback> callbacks, long done, long unit, TrainingRun run) {
        for (Callback callback : callbacks) {
            if (done % (callback.every * unit) == 0) {
                run.read();
                callback.action.accept(done / unit);
            }
        }
    }
}
