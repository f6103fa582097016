package io.github.grisaille.train;

import io.github.grisaille.plot.Showable;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/** Where a training loop reports while it runs. If no {@link Provider} offers a place, loops are silent. */
public interface Progress {
    /** Offers a place to report, found by a {@link ServiceLoader}. */
    interface Provider {
        /** Whether reports can be shown here and now. */
        boolean available();

        /** A new place for one training run. */
        Progress create();
    }

    /**
     * What a report can show. Nothing is computed until it is asked for.
     *
     * @param summary the latest values in words, such as {@code loss 0.012, rate 0.001}
     * @param chart the curves so far
     */
    record Report(Supplier<String> summary, Supplier<Showable> chart) {}

    /** Called before the first step. */
    void begin(String title, long totalSteps);

    /**
     * Called after begin if the run goes on from a checkpoint.
     *
     * @param step the number of steps that were done before
     */
    default void resume(long step) {}

    /** Called after every step. It must return at once if there is nothing to show. */
    void update(long step, Report report);

    /** Called when the run is finished, interrupted or failed; the message says which. */
    void end(long step, String message, Report report);

    /** The first available place to report, or a silent one. */
    static Progress find() {
        return ServiceLoader.load(Provider.class, Progress.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(Provider::available)
                .findFirst()
                .map(Provider::create)
                .orElseGet(Progress::silent);
    }

    /** A place that shows nothing. */
    static Progress silent() {
        return new Progress() {
            @Override
            public void begin(String title, long totalSteps) {}

            @Override
            public void update(long step, Report report) {}

            @Override
            public void end(long step, String message, Report report) {}
        };
    }
}
