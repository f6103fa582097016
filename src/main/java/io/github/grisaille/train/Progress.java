package io.github.grisaille.train;

import io.github.grisaille.plot.Showable;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/** Where a training loop reports while it runs. Without one that a {@link Provider} offers, loops are silent. */
public interface Progress {
    /** Offers a place to report, found by a {@link ServiceLoader}. */
    interface Provider {
        /** Whether reports can be shown here and now. */
        boolean available();

        /** A new place for one training run. */
        Progress create();
    }

    /**
     * What a report can be made of; costs nothing until asked.
     *
     * @param summary the latest values in words, such as {@code loss 0.012, rate 0.001}
     * @param chart the curves so far
     */
    record Report(Supplier<String> summary, Supplier<Showable> chart) {}

    void begin(String title, long totalSteps);

    /** Called after begin where a run goes on from a checkpoint: so many steps were done before. */
    default void resume(long step) {}

    /** Called after every step; must return at once when nothing is due. */
    void update(long step, Report report);

    /** The run is over: finished, interrupted or failed, as the message says. */
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
