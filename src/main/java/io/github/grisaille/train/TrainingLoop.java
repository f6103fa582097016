package io.github.grisaille.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;

/**
 * What all training loops share: they count steps and epochs, report, call back, look for an interrupt after every step,
 * and read losses and flags from the device only now and then.
 */
final class TrainingLoop {
    /** One step of training. */
    interface Step {
        void run(long step);
    }

    private record Callback(long every, LongConsumer action) {}

    /** Losses and flags are read after so many steps: often enough for a live chart, rarely enough to cost nothing. */
    private static final int READ_EVERY = 50;

    private final List<Callback> callbacks = new ArrayList<>();
    private final List<Callback> epochCallbacks = new ArrayList<>();
    private Progress progress;

    void everySteps(long every, LongConsumer action) {
        callbacks.add(new Callback(checkedPeriod(every), action));
    }

    void everyEpochs(long every, LongConsumer action) {
        epochCallbacks.add(new Callback(checkedPeriod(every), action));
    }

    void progress(Progress wanted) {
        progress = wanted;
    }

    private static long checkedPeriod(long every) {
        if (every < 1) {
            throw new IllegalArgumentException("a callback's period is at least 1, and this one is " + every);
        }
        return every;
    }

    /**
     * Runs the steps 1 … steps.
     *
     * @param charted the series of the history that reports draw
     * @param read brings the history and the guards up to date
     */
    void run(
            String title,
            long steps,
            long stepsPerEpoch,
            History history,
            List<String> charted,
            Step step,
            Runnable read) {
        Progress place = progress == null ? Progress.find() : progress;
        Progress.Report report =
                new Progress.Report(history::latest, () -> history.plot(charted.toArray(String[]::new)));
        place.begin(title, steps);
        long done = 0;
        try {
            while (done < steps) {
                step.run(done + 1);
                done++;
                if (done % READ_EVERY == 0
                        || done == steps
                        || Thread.currentThread().isInterrupted()) {
                    read.run();
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("training was interrupted after step " + done + " of " + steps
                            + "; the model keeps what it has learnt");
                }
                place.update(done, report);
                call(callbacks, done, 1, read);
                call(epochCallbacks, done, stepsPerEpoch, read);
            }
        } catch (RuntimeException stopped) {
            place.end(done, stopped.getMessage(), report);
            throw stopped;
        }
        place.end(done, String.join("; ", history.remarks().isEmpty() ? List.of("done") : history.remarks()), report);
    }

    private static void call(List<Callback> callbacks, long done, long unit, Runnable read) {
        for (Callback callback : callbacks) {
            if (done % (callback.every * unit) == 0) {
                read.run();
                callback.action.accept(done / unit);
            }
        }
    }
}
